"""dlib's face network: its file, its twin for ONNX Runtime, and what happens when one of them is missing or damaged."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from receiver.engines import conversion, dlib_file, kept_network, network
from receiver.engines.conversion import CannotConvert, convert_here, converted, known_chips
from receiver.engines.dlib_alphabet import UnreadableNetwork
from receiver.engines.dlib_file import FaceNetwork, Stage
from receiver.engines.runtimes import CannotRun, DlibNetwork, OnnxNetwork
from receiver.errors import EngineError

CHECKOUT = Path(__file__).resolve().parents[2]

Chips = NDArray[np.uint8]
Embeddings = NDArray[np.float32]


@pytest.fixture(scope="module")
def weights() -> Path:
    package = importlib.util.find_spec("face_recognition_models")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0]) / "models" / "dlib_face_recognition_resnet_model_v1.dat"


@pytest.fixture(scope="module")
def original(weights: Path) -> bytes:
    return weights.read_bytes()


@pytest.fixture(scope="module")
def read(weights: Path) -> FaceNetwork:
    return dlib_file.read(weights)


@pytest.fixture(scope="module")
def model(weights: Path) -> bytes:
    """The converted network, made once for this file of tests."""
    return converted(weights)


@pytest.fixture(scope="module")
def fast(model: bytes) -> OnnxNetwork:
    return OnnxNetwork(model)


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch, model: bytes) -> list[Path]:
    """Conversions that were asked for; each is answered with the real one's result, made once."""
    asked: list[Path] = []

    def answer(weights: Path) -> bytes:
        asked.append(weights)
        return model

    monkeypatch.setattr(network, "converted", answer)
    return asked


def random_chips(count: int, seed: int = 1) -> Chips:
    """Half of them noise, half of them coloured clouds."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (count, 150, 150, 3), np.uint8)
    clouds = rng.integers(0, 256, (count, 5, 5, 3), np.uint8).repeat(30, axis=1).repeat(30, axis=2)
    return np.where(np.arange(count)[:, None, None, None] % 2, clouds, noise)


def stages(read: FaceNetwork) -> list[Stage]:
    return [read.entrance, *(stage for block in read.blocks for stage in (block.first, block.second))]


def in_another_python(program: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, env=os.environ | environ, check=False, timeout=120
    )


# ---- dlib's file


def test_the_file_is_read_to_its_last_float(read: FaceNetwork) -> None:
    convolutions = [stage.convolution for stage in stages(read)]
    affines = [stage.affine for stage in stages(read)]
    floats = sum(c.filters.size + c.bias.size for c in convolutions)
    floats += sum(a.gamma.size + a.beta.size for a in affines) + read.exit.size
    assert (len(convolutions), len(affines), floats) == (29, 29, 5_614_592)
    assert read.mean == pytest.approx((122.782, 117.001, 104.298))
    assert read.exit.shape == (256, 128)


def test_four_of_fourteen_blocks_halve_the_picture(read: FaceNetwork) -> None:
    assert "".join("H" if block.halves else "." for block in read.blocks) == "...H...H..H..H"
    assert [block.second.convolution.filters.shape[0] for block in read.blocks] == (
        [32] * 3 + [64] * 4 + [128] * 3 + [256] * 4
    )


@pytest.mark.parametrize("kept", [0, 1, 28, 29, 200, 300, 400, 20_000, 11_000_000, -1])
def test_a_file_cut_short_is_refused(original: bytes, kept: int) -> None:
    with pytest.raises(UnreadableNetwork):
        dlib_file.parse(original[:kept])


def test_a_file_that_goes_on_is_refused(original: bytes) -> None:
    with pytest.raises(UnreadableNetwork):
        dlib_file.parse(original + b"\0")
    with pytest.raises(UnreadableNetwork):
        dlib_file.parse(original + original)


def test_every_bit_of_the_head_that_is_structure_is_believed_only_as_it_is(original: bytes) -> None:
    """Names, lengths and signs; versions, mean colour and figures of the training are numbers like any."""
    loss, heads_of_versions, input_name = range(17), range(29, 289, 2), range(289, 312)
    for place in (*loss, *heads_of_versions, *input_name):
        for bit in range(8):
            spoiled = bytearray(original[:400])
            spoiled[place] ^= 1 << bit
            with pytest.raises(UnreadableNetwork) as refusal:
                dlib_file.parse(bytes(spoiled))
            assert "cut short" not in str(refusal.value), (place, bit)  # which is what the whole head is, too


@pytest.mark.parametrize("seed", range(20))
def test_a_garbled_file_raises_nothing_but_the_refusal(original: bytes, seed: int) -> None:
    rng = np.random.default_rng(seed)
    garbled = bytearray(original[:60_000])
    for place in rng.integers(0, len(garbled), 40):
        garbled[place] = rng.integers(256)
    with pytest.raises(UnreadableNetwork):
        dlib_file.parse(bytes(garbled))


def test_a_weight_that_is_no_number_is_refused(original: bytes) -> None:
    spoiled = bytearray(original)
    spoiled[1000:1004] = np.array([np.nan], "<f4").tobytes()
    with pytest.raises(UnreadableNetwork, match="finite"):
        dlib_file.parse(bytes(spoiled))


def test_another_network_of_dlibs_is_refused(weights: Path) -> None:
    with pytest.raises(UnreadableNetwork):
        dlib_file.read(weights.with_name("mmod_human_face_detector.dat"))


def test_a_giant_is_not_even_opened(tmp_path: Path) -> None:
    giant = tmp_path / "giant.dat"
    with giant.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UnreadableNetwork, match="bytes"):
        dlib_file.read(giant)


# ---- its twin


def test_the_twin_gives_what_dlib_gives(weights: Path, fast: OnnxNetwork) -> None:
    """No component differs by 1e-5, and no pair changes sides at any tolerance somebody might set."""
    chips = random_chips(24)
    ours, theirs = fast.embed(chips), DlibNetwork(weights).embed(chips)
    assert np.abs(ours - theirs).max() < 1e-5
    rows, columns = np.triu_indices(len(chips), 1)
    near, far = (np.linalg.norm(found[rows] - found[columns], axis=1) for found in (ours, theirs))
    for tolerance in np.arange(0.40, 0.701, 0.01):
        clear = np.abs(far - tolerance) > 1e-5
        assert ((near <= tolerance) == (far <= tolerance))[clear].all()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_batch_gives_what_its_chips_give_one_by_one(model: bytes, threads: int) -> None:
    chips = random_chips(19)
    twin = OnnxNetwork(model, threads)
    together = twin.embed(chips)
    one_by_one = np.concatenate([twin.embed(chip[None]) for chip in chips])
    assert together.shape == (19, 128)
    assert together.dtype == np.float32
    assert np.abs(together - one_by_one).max() < 1e-6


def test_no_chip_gives_no_embedding(weights: Path, fast: OnnxNetwork) -> None:
    for one in (fast, DlibNetwork(weights)):
        assert one.embed(np.empty((0, 150, 150, 3), np.uint8)).shape == (0, 128)


def test_chips_may_lie_in_memory_as_they_like(fast: OnnxNetwork) -> None:
    chips = random_chips(4)
    mirrored = chips[:, :, ::-1]
    assert (fast.embed(mirrored) == fast.embed(mirrored.copy())).all()


@pytest.mark.parametrize("shape", [(150, 150, 3), (1, 149, 150, 3), (1, 3, 150, 150), (2, 150, 150, 1)])
def test_chips_of_another_shape_are_refused(fast: OnnxNetwork, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Chips are"):
        fast.embed(np.zeros(shape, np.uint8))


def test_chips_of_floats_are_refused(fast: OnnxNetwork) -> None:
    floats: Any = np.zeros((1, 150, 150, 3), np.float32)
    with pytest.raises(ValueError, match="float32"):
        fast.embed(floats)


def test_a_twin_that_differs_from_dlib_is_not_given_out(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of 5,614,592 floats is wrong by a thousandth."""
    spoiled = dlib_file.read(weights)
    spoiled.blocks[0].first.affine.gamma.flags.writeable = True
    spoiled.blocks[0].first.affine.gamma[0] *= 1.001
    monkeypatch.setattr(conversion.dlib_file, "read", lambda _: spoiled)
    with pytest.raises(CannotConvert, match="differs from dlib's"):
        convert_here(weights)


def test_the_chips_of_the_check_tell_channels_and_directions_apart(fast: OnnxNetwork) -> None:
    """A twin that mixed up colours, rows or columns would be found out."""
    chips = known_chips()
    right = fast.embed(chips)
    for wrong in (chips[..., ::-1], chips[:, ::-1], chips[:, :, ::-1]):
        assert np.abs(fast.embed(wrong) - right).max() > 0.01


# ---- the converted file


def test_it_is_converted_once(weights: Path, tmp_path: Path, conversions: list[Path]) -> None:
    first, remark = network.load(weights, tmp_path / "models")
    second, again = network.load(weights, tmp_path / "models")
    assert (remark, again) == ("", "")
    assert conversions == [weights]
    assert (first.embed(known_chips()) == second.embed(known_chips())).all()


def test_without_a_folder_nothing_is_kept(
    weights: Path, tmp_path: Path, conversions: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, remark = network.load(weights, None)
    assert (remark, len(conversions), list(tmp_path.iterdir())) == ("", 1, [])
    assert isinstance(found, OnnxNetwork)


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "swapped"])
@pytest.mark.expects_log("is damaged and is made again")
def test_a_damaged_file_is_made_again(weights: Path, tmp_path: Path, conversions: list[Path], damage: str) -> None:
    network.load(weights, tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    flipped = whole[:5_000_000] + bytes([whole[5_000_000] ^ 1]) + whole[5_000_001:]
    kept.write_bytes({"cut": whole[:-1], "flipped": flipped, "emptied": b"", "swapped": b"another"}[damage])
    found, remark = network.load(weights, tmp_path)
    assert remark == ""
    assert isinstance(found, OnnxNetwork)
    assert len(conversions) == 2
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [whole]


@pytest.mark.expects_log("is damaged and is made again")
def test_a_whole_file_that_onnx_runtime_does_not_take_is_made_again(
    weights: Path, tmp_path: Path, conversions: list[Path]
) -> None:
    place = kept_network.KeptNetwork(tmp_path, kept_network.digest(weights))
    assert place.keep(b"no network, but exactly what was written") is not None
    _, remark = network.load(weights, tmp_path)
    assert (remark, len(conversions), len(list(tmp_path.iterdir()))) == ("", 1, 1)


def test_older_conversions_and_forgotten_halves_are_removed(
    weights: Path, tmp_path: Path, conversions: list[Path]
) -> None:
    old = [tmp_path / "dlib_face_network-0-0123-4567.onnx", tmp_path / "dlib_face_network-1-89ab-cdef.onnx"]
    forgotten, fresh = tmp_path / "dlib_face_network-x.part", tmp_path / "dlib_face_network-y.part"
    somebody_elses = tmp_path / "face_detection.onnx"
    for path in (*old, forgotten, fresh, somebody_elses):
        path.write_bytes(b"old")
    yesterday = time.time() - 86_400
    os.utime(forgotten, (yesterday, yesterday))
    network.load(weights, tmp_path)
    (kept,) = tmp_path.glob("dlib_face_network-*.onnx")
    assert kept not in old
    assert set(tmp_path.iterdir()) == {kept, fresh, somebody_elses}


@pytest.mark.expects_log("cannot be kept")
def test_it_works_where_nothing_can_be_written(weights: Path, tmp_path: Path, conversions: list[Path]) -> None:
    """A file stands where the folder should be, which stops root, too; as a read-only disk does."""
    (tmp_path / "models").write_bytes(b"")
    found, remark = network.load(weights, tmp_path / "models")
    assert remark == ""
    assert found.embed(known_chips()).shape == (4, 128)


@pytest.mark.expects_log("cannot be kept.*No space left")
def test_a_full_disk_leaves_no_half_behind(
    weights: Path, tmp_path: Path, conversions: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept_network.os, "fsync", full)
    _, remark = network.load(weights, tmp_path)
    assert (remark, list(tmp_path.iterdir())) == ("", [])


def test_two_processes_that_convert_at_once_leave_one_good_file(weights: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from receiver.engines.network import load\n"
        "print(repr(load(Path(sys.argv[1]), Path(sys.argv[2]))[1]))"
    )
    command = [sys.executable, "-c", program, str(weights), str(tmp_path)]
    both = [
        subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in both] == ["''", "''"]
    (kept,) = tmp_path.iterdir()
    assert kept == kept_network.KeptNetwork(tmp_path, kept_network.digest(weights)).find()


def test_a_checked_file_is_loaded_without_dlib_onnx_or_a_word(weights: Path, tmp_path: Path, model: bytes) -> None:
    """Nothing is printed and no trace of usage data is laid in the home folder, either."""
    kept_network.KeptNetwork(tmp_path / "models", kept_network.digest(weights)).keep(model)
    home = tmp_path / "home"
    home.mkdir()
    program = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from receiver.engines.network import load\n"
        "found, remark = load(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "found.embed(np.zeros((1, 150, 150, 3), np.uint8))\n"
        "assert not remark, remark\n"
        "assert not {'dlib', 'onnx', 'cv2'} & set(sys.modules)"
    )
    places = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(home))
    done = in_another_python(program, str(weights), str(tmp_path / "models"), **places, ORT_DISABLE_TELEMETRY="0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(home.iterdir()) == []


# ---- what is missing


def tells_why(remark: str, why: str) -> None:
    assert remark.startswith("Recognition works with the slow network: ")
    assert why in remark
    assert remark.endswith(".")


@pytest.mark.expects_log("runs in dlib")
def test_without_onnx_runtime_dlib_does_the_work_and_says_so(
    weights: Path, tmp_path: Path, fast: OnnxNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    found, remark = network.load(weights, tmp_path)
    tells_why(remark, "onnxruntime cannot be used")
    assert isinstance(found, DlibNetwork)
    assert np.abs(found.embed(known_chips()) - fast.embed(known_chips())).max() < 1e-5


def test_without_onnx_there_is_no_conversion(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "receiver.engines.onnx_graph", raising=False)
    monkeypatch.delattr("receiver.engines.onnx_graph", raising=False)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(CannotConvert, match="package onnx cannot be used"):
        convert_here(weights)


@pytest.mark.expects_log("runs in dlib")
def test_the_reason_comes_back_from_the_process_that_converts(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dlib itself still reads the file in this test: only the converter is shown a broken one."""
    broken = tmp_path / weights.name
    broken.write_bytes(weights.read_bytes()[:-1])
    monkeypatch.setattr(network, "converted", lambda _: converted(broken))
    found, remark = network.load(weights, tmp_path / "models")
    tells_why(remark, "cut short")
    assert isinstance(found, DlibNetwork)
    assert not (tmp_path / "models").exists()


def test_a_conversion_that_dies_is_told_by_its_last_words(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "__name__", "receiver.engines.no_such_module")
    with pytest.raises(CannotConvert, match=r"ended with 1: .*no_such_module"):
        converted(weights)


def test_a_conversion_that_hangs_is_ended(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "_LIMIT_S", 0.01)
    with pytest.raises(CannotConvert, match="longer than"):
        converted(weights)


@pytest.mark.expects_log("runs in dlib")
def test_weights_that_nobody_can_read_are_an_error_of_the_engine(tmp_path: Path) -> None:
    nonsense = tmp_path / "network.dat"
    nonsense.write_bytes(b"\x01\x01" + bytes(500))
    with pytest.raises(EngineError, match="cannot be loaded"):
        network.load(nonsense, tmp_path)


def test_missing_weights_are_an_error_of_the_engine(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        network.load(tmp_path / "nothing.dat", tmp_path)


def test_what_is_no_network_cannot_run() -> None:
    with pytest.raises(CannotRun, match="does not take it"):
        OnnxNetwork(b"no network")
