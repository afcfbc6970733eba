"""`porchlight-headless enrol`, ended early."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from receiver.__main__ import main
from receiver.gallery import Gallery
from receiver.models import Judgement, Photo


@pytest.fixture
def interrupted_after_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody presses Ctrl-C while the third photo is being looked at."""

    def enrol(
        self: Gallery, name: str, photos: Sequence[Path], progress: object, cancelled: Callable[[], bool]
    ) -> tuple[Photo, ...]:
        done = []
        for path in photos:
            if cancelled():
                break
            done.append(Photo(name, path, "", Judgement.GOOD, ""))
            if len(done) == 2:
                signal.raise_signal(signal.SIGINT)
        return tuple(done)

    monkeypatch.setattr(Gallery, "enrol", enrol)


@pytest.mark.usefixtures("interrupted_after_two")
def test_ctrl_c_prints_what_was_done_and_one_line_and_puts_the_signal_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGINT)
    options = ["--settings", str(tmp_path / "station.toml"), "--data-dir", str(tmp_path)]
    assert main([*options, "enrol", "Anna", "one.jpg", "two.jpg", "three.jpg"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == ["good\tone.jpg", "good\ttwo.jpg"]
    assert said.err.startswith("porchlight: Interrupted")
    assert said.err.count("\n") == 1
    assert signal.getsignal(signal.SIGINT) is before
