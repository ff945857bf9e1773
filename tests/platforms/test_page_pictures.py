"""Pictures for pages: as wide as is needed, upright, and with nothing in them but pixels."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from platforms import page_pictures
from platforms.page_pictures import variants
from tests import factories

PLACE, CAMERA = 0x8825, 0x010F


def photo(width: int, height: int, kind: str = "JPEG", *, turned: int = 1, mode: str = "RGB") -> bytes:
    """A picture as a camera writes it, its left half red, with where and by what it was taken."""
    image = Image.new(mode, (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = image.getexif()
    exif[0x0112], exif[CAMERA] = turned, "Maker of cameras"
    exif.get_ifd(PLACE)[1] = "N"
    out = BytesIO()
    more = {"icc_profile": b"profile of a person", "comment": b"13800138000"} if kind == "JPEG" else {}
    image.save(out, kind, exif=exif, xmp=b"<x>Zhang San</x>", **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    ("width", "sizes"),
    [
        (100, [(100, 50)]),
        (600, [(600, 300)]),
        (601, [(480, 240), (601, 300)]),
        (1600, [(480, 240), (960, 480), (1600, 800)]),
        (3000, [(480, 240), (960, 480), (1600, 800)]),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_only_widths_that_save_something_are_made(width: int, sizes: list[tuple[int, int]], kind: str) -> None:
    found = variants(photo(width, width // 2, kind))
    assert [(each.width, each.height) for each in found] == sizes
    assert [opened(each.content).size for each in found] == sizes
    assert {opened(each.content).format for each in found} == {"WEBP"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_that_a_camera_wrote_is_left(kind: str) -> None:
    before = photo(700, 500, kind)
    assert b"Maker of cameras" in before
    for each in variants(before):
        assert not any(
            word in each.content for word in (b"Maker", b"Zhang", b"13800138000", b"profile", b"EXIF", b"XMP")
        )
        assert (dict(opened(each.content).getexif()), opened(each.content).info.get("icc_profile")) == ({}, None)


def test_a_picture_that_was_taken_sideways_stands_upright() -> None:
    (one,) = variants(photo(400, 200, turned=6))
    image = opened(one.content).convert("RGB")
    assert image.size == (200, 400)
    red, _, blue = image.getpixel((100, 40))  # type: ignore[misc]
    assert red > 200 > 60 > blue


def test_what_is_clear_stays_clear() -> None:
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    out = BytesIO()
    image.save(out, "PNG")
    (one,) = variants(out.getvalue())
    assert opened(one.content).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_a_line_of_pixels_keeps_a_height() -> None:
    assert {each.height for each in variants(photo(3000, 1, "PNG"))} == {1}


def test_equal_pictures_give_equal_files() -> None:
    assert variants(photo(700, 500)) == variants(photo(700, 500))


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", photo(50, 50)[:200], photo(50, 50, "PNG")[:60], b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"],
)
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no picture that can be read"):
        variants(content)


def test_more_pixels_than_fit_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = photo(60, 50, "PNG")
    monkeypatch.setattr(page_pictures, "MOST_PIXELS", 2_999)
    with pytest.raises(ValueError, match="no picture that can be read"):
        variants(content)
    monkeypatch.setattr(page_pictures, "MOST_PIXELS", 3_000)
    assert len(variants(content)) == 1


@given(st.binary(max_size=60), st.integers(0, 700))
def test_whatever_is_damaged_is_refused_or_read(junk: bytes, at: int) -> None:
    content = factories.PNG[:at] + junk + factories.PNG[at + len(junk) :]
    try:
        found = variants(content)
    except ValueError:
        return
    assert [opened(each.content).format for each in found] == ["WEBP"]
