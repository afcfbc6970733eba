"""What the lines for a name are worth: `python -m benchmarks.verdicts`."""
