"""Pictures as phones, boards and strangers send them."""

from __future__ import annotations

import io
import time
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from receiver import jpeg
from receiver.errors import BrokenPicture, NotAJpeg

ORIENTATION = 0x0112


def as_jpeg(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", **options)
    return file.getvalue()


def with_size(width: int, height: int) -> bytes:
    """A header that claims a size, without any picture behind it."""
    frame = bytes([8]) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + bytes([1, 1, 0x11, 0])
    return b"\xff\xd8\xff\xc0" + (len(frame) + 2).to_bytes(2, "big") + frame


@pytest.fixture(scope="module")
def small(astronaut: Image.Image) -> bytes:
    return as_jpeg(astronaut.resize((320, 240)), quality=70)


@pytest.fixture(scope="module")
def other(grace_hopper: Image.Image) -> bytes:
    return as_jpeg(grace_hopper.resize((320, 240)), quality=70)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_exif_orientation_is_set_upright(astronaut: Image.Image, orientation: int, order: str) -> None:
    """All eight ways a phone can be held, in both byte orders, give the picture and size Pillow gives."""
    exif = Image.Exif()
    exif.endian = order
    exif[ORIENTATION] = orientation
    data = as_jpeg(astronaut.resize((64, 48)), exif=exif.tobytes())

    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    header = jpeg.read_header(data)
    decoded = jpeg.decode_strictly(data)

    assert np.array_equal(decoded, upright)
    assert decoded.flags.c_contiguous
    assert (header.height, header.width, header.orientation) == (*upright.shape[:2], orientation)


@pytest.mark.parametrize(
    "options",
    [
        {"progressive": True},
        {"optimize": True, "subsampling": 0},
        {"restart_marker_rows": 1},
        {"quality": 1},
        {"icc_profile": b"x" * 200_000},
        {"comment": b"\xff\xd9 not the end"},
    ],
)
def test_all_usual_kinds_of_jpeg_are_whole_and_decode(astronaut: Image.Image, options: dict[str, object]) -> None:
    """Progressive, restart markers, long profiles and a comment that looks like an end are all fine."""
    data = as_jpeg(astronaut, **options)

    assert jpeg.is_complete(data)
    assert np.array_equal(jpeg.decode_strictly(data), np.asarray(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_become_rgb_as_pillow_makes_them(astronaut: Image.Image, mode: str) -> None:
    """The two other colour kinds that cameras and scanners write."""
    data = as_jpeg(astronaut.convert(mode))

    assert np.array_equal(jpeg.decode_strictly(data), np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


@pytest.mark.parametrize("before", [b"", b"\x00"])
@pytest.mark.parametrize("after", [b"", b"\n\n", b"\x00" * 5000, b"\xff\xd8\xff rest of an older picture \xff\xd9"])
def test_what_boards_add_around_a_picture_does_no_harm(small: bytes, before: bytes, after: bytes) -> None:
    """One zero byte before, line feeds, padding or an older picture after: still the same picture."""
    data = before + small + after

    assert jpeg.is_complete(data)
    assert np.array_equal(jpeg.decode_strictly(data), jpeg.decode_strictly(small))
    assert jpeg.without_padding(data).startswith(b"\xff\xd8\xff")


def test_a_picture_cut_anywhere_is_never_taken_for_whole(small: bytes) -> None:
    """Every single position."""
    for cut in range(len(small)):
        assert not jpeg.is_complete(small[:cut]), cut


def test_a_cut_picture_falls_apart_in_the_decoder(small: bytes) -> None:
    """Cut in the header it is no JPEG, cut behind it is a broken picture; never a grey lower half."""
    for cut in range(0, len(small), 97):
        with pytest.raises((NotAJpeg, BrokenPicture)):
            jpeg.decode_strictly(small[:cut])


def test_a_picture_continued_with_an_older_one_is_broken(small: bytes, other: bytes) -> None:
    """The board's old fault: the buffer's tail still holds the picture before. Nearly every such mix is noticed."""
    length = min(len(small), len(other))
    passed = 0
    cuts = range(1_000, length - 50, 53)
    for cut in cuts:
        try:
            jpeg.decode_strictly(small[:cut] + other[cut:])
            passed += 1
        except BrokenPicture:
            pass
    assert passed <= len(cuts) // 50


def test_a_warning_about_a_whole_picture_is_forgiven(small: bytes) -> None:
    """Some phones write odd scan parameters; libjpeg only grumbles, and the picture is whole."""
    scan = small.index(b"\xff\xda")
    end = scan + 2 + int.from_bytes(small[scan + 2 : scan + 4], "big")
    odd = small[: end - 2] + b"\x00" + small[end - 1 :]

    assert np.array_equal(jpeg.decode_strictly(odd), jpeg.decode_strictly(small))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a JPEG"),
        (b"\x89PNG\r\n\x1a\n", "not a JPEG"),
        (b"\xff\xd8\xff", "damaged or cut"),
        (b"\xff\xd8\xff\xd9", "damaged or cut"),
        (with_size(0, 10), "no size"),
        (with_size(10, 0), "no size"),
        (with_size(65_535, 65_535), "limit is 25 million"),
        (with_size(5_001, 5_000), "limit is 25 million"),
        (with_size(10, 10).replace(b"\xff\xc0", b"\xff\xc3"), "lossless"),
        (with_size(10, 10).replace(b"\x08\x00\x0a", b"\x0c\x00\x0a"), "not 8 bits"),
    ],
)
def test_what_is_no_usable_jpeg_is_said_in_a_sentence(data: bytes, sentence: str) -> None:
    """Before anything decodes it."""
    with pytest.raises(NotAJpeg, match=sentence):
        jpeg.read_header(data)


def test_the_limit_itself_is_allowed() -> None:
    """25 million pixels are read, one row more is not."""
    assert jpeg.read_header(with_size(5_000, 5_000)).width == 5_000


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff" * 8_000_000,
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 2_000_000,
        b"\xff\xd8" + b"\xff\xda\x00\x02" * 2_000_000,
        b"\xff\xd8\xff\xda\x00\x02" + b"\xff\x00" * 4_000_000,
        b"\xff\xd8\xff\xe1\xff\xffExif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\x00" * 8_000_000,
    ],
    ids=["fill bytes", "segments", "scans", "stuffing", "exif entries"],
)
def test_eight_megabytes_of_malice_take_no_time(data: bytes) -> None:
    """The walk is linear and bounded, whatever the bytes."""
    began = time.perf_counter()

    assert not jpeg.is_complete(data)
    with pytest.raises(NotAJpeg):
        jpeg.read_header(data)

    assert time.perf_counter() - began < 10


def test_a_jpeg_of_thousands_of_scans_is_not_decoded(astronaut: Image.Image) -> None:
    """Small to send, minutes to decode: refused by its structure."""
    data = as_jpeg(astronaut, progressive=True)
    scan = data.index(b"\xff\xda")
    bomb = data[:-2] + data[scan : data.index(b"\xff\xda", scan + 2)] * 200 + b"\xff\xd9"

    assert not jpeg.is_complete(bomb)
    with pytest.raises(BrokenPicture):
        jpeg.decode_strictly(bomb)


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00"]))
def test_random_bytes_only_ever_get_the_two_answers(tail: bytes, head: bytes) -> None:
    """Whatever arrives, it is a header or NotAJpeg, whole or not."""
    try:
        header = jpeg.read_header(head + tail)
        assert 0 < header.width * header.height <= jpeg.MOST_PIXELS
    except NotAJpeg:
        pass
    assert jpeg.is_complete(head + tail) in (True, False)


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=20)), max_size=30))
def test_marker_soup_is_survived(segments: list[tuple[int, bytes]]) -> None:
    """Any markers in any order with any payload."""
    data = b"\xff\xd8" + b"".join(b"\xff" + bytes([m]) + (len(p) + 2).to_bytes(2, "big") + p for m, p in segments)
    jpeg.is_complete(data)
    with suppress(NotAJpeg, BrokenPicture):
        jpeg.decode_strictly(data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(data=st.data())
def test_flipped_bytes_never_crash_the_decoder(small: bytes, data: st.DataObject) -> None:
    """A whole picture with a few bytes changed decodes to its size, or is refused."""
    spoilt = bytearray(small)
    for _ in range(data.draw(st.integers(1, 5))):
        spoilt[data.draw(st.integers(2, len(small) - 1))] = data.draw(st.integers(0, 255))
    try:
        header = jpeg.read_header(bytes(spoilt))
        if header.width * header.height > 1_000_000:
            return
        assert jpeg.decode_strictly(bytes(spoilt)).shape == (header.height, header.width, 3)
    except (NotAJpeg, BrokenPicture):
        pass
