"""YuNet's file: fetched only when told, carried on after every kind of trouble, and never anything but itself."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from receiver.engines import download, model_files
from receiver.engines.model_files import (
    YUNET,
    YUNET_2023,
    YUNET_2026,
    ModelFile,
    detector_for,
    find_detector,
    place_detector,
    remove_detector,
)
from receiver.errors import FetchStopped, ModelError
from tests.fakes import free_port, make_certificates
from tests.receiver.file_server import (
    Manner,
    Publisher,
    another_range,
    compressed,
    cut_after,
    endless,
    forward,
    redirect,
    says,
    silent_after,
    without_ranges,
    wrong_bytes,
)

CONTENT = random.Random(7).randbytes(100_000)
MODEL = ModelFile("yunet_made_up.onnx", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:8f2383e4\nsize 232589\n"


@pytest.fixture(autouse=True)
def _straight_to_the_net(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher(CONTENT) as made:
        yield made


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "data" / "models"


def fetch(models: Path, addresses: Sequence[str], **more: Any) -> Path:
    return model_files.fetch_detector(models, addresses=addresses, model=MODEL, **more)


def begun(models: Path, content: bytes) -> Path:
    """What an earlier attempt left."""
    models.mkdir(parents=True)
    part = models / f"{MODEL.name}.part"
    part.write_bytes(content)
    return part


def names(models: Path) -> list[str]:
    return sorted(path.name for path in models.iterdir())


# ---- fetching


def test_the_file_is_fetched_whole_and_told_how_far_it_is(publisher: Publisher, models: Path) -> None:
    told: list[tuple[int, int]] = []
    path = fetch(models, [publisher.address()], progress=lambda *far: told.append(far))
    assert path.read_bytes() == CONTENT
    assert names(models) == [MODEL.name]
    assert told[0] == (0, MODEL.size)
    assert told[-1] == (MODEL.size, MODEL.size)
    assert told == sorted(told)


def test_a_file_that_is_there_is_not_fetched_again(publisher: Publisher, models: Path) -> None:
    fetch(models, [publisher.address()])
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert len(publisher.asked) == 1


def test_what_a_broken_connection_left_is_carried_on_by_the_next_attempt(publisher: Publisher, models: Path) -> None:
    publisher.manners = [cut_after(40_000)]
    with pytest.raises(ModelError, match=r"127\.0\.0\.1: .*Try again later"):
        fetch(models, [publisher.address()])
    assert (models / f"{MODEL.name}.part").read_bytes() == CONTENT[:40_000]
    told: list[tuple[int, int]] = []
    assert fetch(models, [publisher.address()], progress=lambda *far: told.append(far)).read_bytes() == CONTENT
    assert publisher.ranges == [None, "bytes=40000-"]
    assert told[0] == (40_000, MODEL.size)


def test_a_broken_connection_is_carried_on_at_the_next_address(publisher: Publisher, models: Path) -> None:
    publisher.manners = [cut_after(40_000)]
    assert fetch(models, [publisher.address("a"), publisher.address("b")]).read_bytes() == CONTENT
    assert [(asked.path, asked.range) for asked in publisher.asked] == [("/a", None), ("/b", "bytes=40000-")]


def test_an_end_that_nobody_announced_counts_as_broken_too(publisher: Publisher, models: Path) -> None:
    publisher.manners = [cut_after(40_000, announced=False)]
    with pytest.raises(ModelError, match="ended too early"):
        fetch(models, [publisher.address()])
    assert (models / f"{MODEL.name}.part").stat().st_size == 40_000


def test_a_publisher_without_ranges_sends_everything_again(publisher: Publisher, models: Path) -> None:
    begun(models, CONTENT[:5_000])
    publisher.manners = [without_ranges]
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert publisher.ranges == ["bytes=5000-"]


@pytest.mark.parametrize("manner", [another_range, says(416)])
def test_a_range_that_was_not_asked_for_or_is_refused_begins_the_file_anew(
    publisher: Publisher, models: Path, manner: Manner
) -> None:
    begun(models, CONTENT[:5_000])
    publisher.manners = [manner]
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert publisher.ranges == ["bytes=5000-", None]


@pytest.mark.parametrize("left", [bytes(MODEL.size + 5), bytes(MODEL.size), b""], ids=["too long", "wrong", "empty"])
def test_remains_that_cannot_be_carried_on_are_begun_anew(publisher: Publisher, models: Path, left: bytes) -> None:
    begun(models, left)
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert publisher.ranges == [None]


def test_a_wrong_first_half_is_noticed_at_the_end_and_begun_anew(publisher: Publisher, models: Path) -> None:
    begun(models, bytes(5_000))
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert publisher.ranges == ["bytes=5000-", None]


def test_remains_that_are_the_whole_file_need_no_network(models: Path) -> None:
    begun(models, CONTENT)
    assert fetch(models, []).read_bytes() == CONTENT
    assert names(models) == [MODEL.name]


def test_remains_that_are_a_link_are_not_written_through(publisher: Publisher, models: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    models.mkdir(parents=True)
    (models / f"{MODEL.name}.part").symlink_to(elsewhere)
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert elsewhere.read_text() == "mine"


def test_wrong_bytes_are_deleted_and_the_next_address_asked(publisher: Publisher, models: Path) -> None:
    publisher.manners = [wrong_bytes]
    assert fetch(models, [publisher.address("a"), publisher.address("b")]).read_bytes() == CONTENT
    assert publisher.ranges == [None, None]


def test_wrong_bytes_everywhere_leave_nothing_and_say_what_can_be_done(publisher: Publisher, models: Path) -> None:
    publisher.manners = [wrong_bytes, wrong_bytes]
    with pytest.raises(ModelError) as caught:
        fetch(models, [publisher.address("a"), publisher.address("b")])
    assert str(caught.value) == (
        f"{MODEL.name} could not be fetched: 127.0.0.1: sent another file. "
        f"Try again later. You can also place the file by hand: {models}"
    )
    assert names(models) == []


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        (says(200, POINTER), "sent another file"),
        (says(200, b"<html>Welcome to our hotel</html>"), "sent another file"),
        (compressed, "sent another file"),
        (says(404), "answered 404"),
        (says(503), "answered 503"),
    ],
    ids=["LFS pointer", "captive portal", "compressed", "gone", "down"],
)
def test_an_answer_that_cannot_be_the_file_costs_nothing_of_what_is_there(
    publisher: Publisher, models: Path, manner: Manner, words: str
) -> None:
    part = begun(models, CONTENT[:5_000])
    publisher.manners = [manner]
    with pytest.raises(ModelError, match=words):
        fetch(models, [publisher.address()])
    assert part.read_bytes() == CONTENT[:5_000]


def test_of_an_endless_answer_no_more_is_read_than_the_file_has(publisher: Publisher, models: Path) -> None:
    publisher.manners = [endless]
    told: list[tuple[int, int]] = []
    with pytest.raises(ModelError, match="sent another file"):
        fetch(models, [publisher.address()], progress=lambda *far: told.append(far))
    assert told[-1] == (MODEL.size, MODEL.size)
    assert names(models) == []


def test_a_download_is_stopped_on_the_owners_word_and_carried_on_later(publisher: Publisher, models: Path) -> None:
    """The publisher holds the line after some bytes; nothing waits for it."""
    publisher.manners = [silent_after(12_345)]
    told: list[int] = []
    with pytest.raises(FetchStopped, match="kept for the next time"):
        fetch(
            models,
            [publisher.address("a"), publisher.address("b")],
            progress=lambda done, _: told.append(done),
            cancelled=lambda: bool(told) and told[-1] == 12_345,
        )
    assert [asked.path for asked in publisher.asked] == ["/a"], "no other address is asked then"
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert publisher.ranges[-1] == "bytes=12345-"


def test_whoever_stops_before_it_begins_asks_nobody(publisher: Publisher, models: Path) -> None:
    with pytest.raises(FetchStopped):
        fetch(models, [publisher.address()], cancelled=lambda: True)
    assert publisher.asked == []


def test_silence_has_an_end(publisher: Publisher, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "ANSWER_WITHIN", (5.0, 0.05))
    publisher.manners = [silent_after(12_345)]
    with pytest.raises(ModelError, match="no answer in time"):
        fetch(models, [publisher.address()])
    assert (models / f"{MODEL.name}.part").stat().st_size == 12_345


def test_a_trickle_has_an_end(publisher: Publisher, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_LONGEST_S", -1.0)
    with pytest.raises(ModelError, match="too slow"):
        fetch(models, [publisher.address()])


def test_a_network_that_does_not_answer_is_said_once_for_all_addresses(models: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(ModelError) as caught:
        fetch(models, [nobody, nobody.replace("127.0.0.1", "localhost")])
    assert caught.value.message.startswith("127.0.0.1, localhost: the network does not answer. Try again later.")


# ---- the way there


def test_redirects_are_followed_and_their_words_not_read(publisher: Publisher, models: Path) -> None:
    """Ranges go along."""
    begun(models, CONTENT[:5_000])
    publisher.manners = [redirect(publisher.address("moved")), redirect("/again")]
    assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
    assert [asked.path for asked in publisher.asked] == ["/file.onnx", "/moved", "/again"]
    assert publisher.ranges[-1] == "bytes=5000-"


def test_redirects_in_a_circle_have_an_end(publisher: Publisher, models: Path) -> None:
    publisher.manners = [redirect(publisher.address())] * 50
    with pytest.raises(ModelError, match="sent from one address to the next"):
        fetch(models, [publisher.address()])


@pytest.mark.parametrize(
    "address", ["http://models.example/f", "http://127.0.0.1.models.example/", "http://127.0.0.1:1@models.example/"]
)
@pytest.mark.parametrize("redirected", [False, True])
def test_nothing_is_fetched_over_an_open_road(
    publisher: Publisher, models: Path, monkeypatch: pytest.MonkeyPatch, address: str, redirected: bool
) -> None:
    """Neither asked for directly nor sent there: the proxy, which sees every request, sees none."""
    with Publisher(CONTENT) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address(""))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        publisher.manners = [redirect(address)] if redirected else []
        with pytest.raises(ModelError, match="not a secure address"):
            fetch(models, [publisher.address() if redirected else address])
        assert proxy.asked == []


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/f", "file:///etc/passwd", "https://", "http://127.0.0.1:port/"])
def test_an_address_that_is_none_is_refused_in_words(models: Path, address: str) -> None:
    with pytest.raises(ModelError, match="address"):
        fetch(models, [address])


def test_the_proxy_of_the_environment_is_used(
    publisher: Publisher, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Publisher(b"") as proxy:
        proxy.manners = [forward]
        monkeypatch.setenv("HTTP_PROXY", proxy.address(""))
        assert fetch(models, [publisher.address()]).read_bytes() == CONTENT
        assert [asked.path for asked in proxy.asked] == [publisher.address()]


def test_a_proxy_that_is_down_is_named(publisher: Publisher, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ModelError, match="the proxy does not answer"):
        fetch(models, [publisher.address()])
    assert publisher.asked == []


def test_a_secure_connection_is_made_only_with_someone_who_is_trusted(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_certificates(tmp_path)
    with Publisher(CONTENT, tmp_path / "server.pem") as publisher:
        with pytest.raises(ModelError, match="secure connection could not be made"):
            fetch(models, [publisher.address()])
        assert publisher.asked == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        assert fetch(models, [publisher.address()]).read_bytes() == CONTENT


def test_the_known_files_come_from_their_publishers_and_are_told_apart() -> None:
    assert all(address.startswith("https://") for address in YUNET_2023.addresses)
    assert all(address.endswith(YUNET_2023.name) for address in YUNET_2023.addresses)
    assert len({model.sha256 for model in YUNET}) == len({model.size for model in YUNET}) == 2


def test_whoever_only_looks_for_the_file_does_not_load_the_network() -> None:
    """Workers do, and each would carry 15 MB for nothing."""
    program = "import sys, receiver.engines.model_files; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# ---- the disk


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "The disk is full: Make room"), (errno.EROFS, "cannot be used")]
)
def test_a_disk_that_says_no_is_told_in_words(
    publisher: Publisher, models: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(model_files.os, "fsync", fail)
    with pytest.raises(ModelError, match=words):
        fetch(models, [publisher.address()])
    assert find_detector(models, [MODEL]) is None


def test_a_folder_that_cannot_be_made_is_told_in_words(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(ModelError, match="The folder for models cannot be used"):
        fetch(tmp_path / "models", [publisher.address()])


# ---- finding


def test_a_known_file_is_found_under_any_name_that_says_yunet(models: Path) -> None:
    models.mkdir(parents=True)
    path = models / "My-YuNet (1).ONNX"
    path.write_bytes(CONTENT)
    assert find_detector(models, [MODEL]) == path


def test_whatever_else_lies_there_is_ignored_and_told_in_one_line(
    models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a pipe nor a huge file nor a device behind a link is opened."""
    models.mkdir(parents=True)
    os.mkfifo(models / "pipe-yunet.onnx")
    with (models / "huge-yunet.onnx").open("wb") as huge:
        huge.truncate(1 << 40)
    (models / "device-yunet.onnx").symlink_to("/dev/zero")
    (models / "lost-yunet.onnx").symlink_to(tmp_path / "nowhere")
    (models / "folder-yunet.onnx").mkdir()
    (models / "changed-yunet.onnx").write_bytes(CONTENT[:-1] + b"?")
    (models / "other.onnx").write_bytes(CONTENT)
    (models / f"{MODEL.name}.part").write_bytes(CONTENT)
    with caplog.at_level(logging.INFO, model_files.__name__):
        assert find_detector(models, [MODEL]) is None
    (line,) = caplog.messages
    assert line.endswith(
        "changed-yunet.onnx, device-yunet.onnx, folder-yunet.onnx, huge-yunet.onnx, lost-yunet.onnx, pipe-yunet.onnx"
    )


def test_a_link_to_the_file_is_the_file(models: Path, tmp_path: Path) -> None:
    (tmp_path / "downloaded").write_bytes(CONTENT)
    models.mkdir(parents=True)
    (models / "yunet.onnx").symlink_to(tmp_path / "downloaded")
    assert find_detector(models, [MODEL]) == models / "yunet.onnx"


@pytest.mark.parametrize("nowhere", [None, Path("/nowhere/at/all"), Path("/dev/null")])
def test_without_a_folder_there_is_no_file(nowhere: Path | None) -> None:
    assert find_detector(nowhere) is None


def test_the_one_placed_by_hand_goes_before_the_one_fetched(models: Path) -> None:
    newer = ModelFile("yunet_newer.onnx", 3, hashlib.sha256(b"new").hexdigest())
    models.mkdir(parents=True)
    (models / "a_yunet.onnx").write_bytes(CONTENT)
    (models / "b_yunet.onnx").write_bytes(b"new")
    assert find_detector(models, [newer, MODEL]) == models / "b_yunet.onnx"


def test_the_setting_decides_and_when_it_leaves_it_open_the_file_does(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "find_detector", lambda folder: folder and folder / "yunet.onnx")
    assert [detector_for(wanted, models) for wanted in ("auto", "hog", "yunet")] == ["yunet", "hog", "yunet"]
    assert [detector_for(wanted, None) for wanted in ("auto", "hog", "yunet")] == ["hog", "hog", "yunet"]


def test_the_real_newer_file_is_known(shared_data: Path, models: Path) -> None:
    placed = place_detector(models, shared_data / "models" / "yunet_2026may.onnx")
    assert placed == models / YUNET_2026.name
    assert find_detector(models) == placed


# ---- placing and removing


def test_a_file_placed_by_hand_is_copied_under_its_own_name(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "download (3)"
    file.write_bytes(CONTENT)
    assert place_detector(models, file, [MODEL]).read_bytes() == CONTENT
    assert names(models) == [MODEL.name]
    assert file.exists()


def test_the_file_may_be_placed_over_itself(models: Path, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(CONTENT)
    placed = place_detector(models, tmp_path / "f", [MODEL])
    assert place_detector(models, placed, [MODEL]).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a model", f"Known are {MODEL.name} from the OpenCV zoo"),
        (CONTENT + b"!", f"Known are {MODEL.name}"),
        (POINTER, "Download raw file"),
    ],
    ids=["something else", "longer", "LFS pointer"],
)
def test_another_file_is_refused_with_what_to_do(models: Path, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "chosen.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=words) as caught:
        place_detector(models, tmp_path / "chosen.onnx", [MODEL])
    assert caught.value.title == "chosen.onnx is not a YuNet file that Porchlight knows"
    assert not models.exists()


@pytest.mark.parametrize("what", ["/dev/zero", "/", "missing.onnx"])
def test_what_is_no_file_is_refused(models: Path, tmp_path: Path, what: str) -> None:
    with pytest.raises(ModelError):
        place_detector(models, tmp_path / what, [MODEL])


def test_removing_takes_every_known_file_and_the_remains_and_nothing_else(models: Path) -> None:
    begun(models, CONTENT[:99])
    (models / "yunet.onnx").write_bytes(CONTENT)
    (models / MODEL.name).write_bytes(CONTENT)
    (models / "my-own-yunet.onnx").write_bytes(b"mine")
    assert remove_detector(models, [MODEL])
    assert names(models) == ["my-own-yunet.onnx"]
    assert not remove_detector(models, [MODEL])
