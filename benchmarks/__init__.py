"""One command per figure of the README: `python -m benchmarks.NAME`."""
