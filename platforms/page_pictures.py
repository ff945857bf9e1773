"""Pictures for pages: turned upright, scaled to a few widths and written anew, so that only pixels are left; no Django.

What a camera or a program wrote beside them (place, device, names, comments, a second picture) is gone.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

#: What every variant is written as, in which quality of a hundred.
KIND, MEDIA_TYPE, QUALITY = "WEBP", "image/webp", 80
#: In pixels: a card or a phone, a column of text, a column on a fine screen.
WIDTHS = (480, 960, 1600)
#: A variant nearly as wide as the widest one saves nobody anything.
WORTH_IT = 0.8
#: Most pixels that are held in memory at once; a JPEG is scaled while it is read.
MOST_PIXELS = 36_000_000


@dataclass(frozen=True)
class Variant:
    """The picture in one width, in pixels."""

    width: int
    height: int
    content: bytes


def variants(content: bytes) -> tuple[Variant, ...]:
    """Return the JPEG or PNG ``content`` as WebP in each width that is worth it, the narrowest first.

    Nothing is made wider than it was. Equal content gives equal variants.

    Raises:
        ValueError: it is no such picture, is damaged, or has too many pixels.
    """
    try:
        image = _upright(content)
    except Exception as error:  # what a damaged picture makes a decoder raise is not listed anywhere
        raise ValueError("no picture that can be read") from error
    widest = min(image.width, WIDTHS[-1])
    widths = [*(width for width in WIDTHS if width < widest * WORTH_IT), widest]
    return tuple(_scaled(image, width) for width in widths)


def _upright(content: bytes) -> Image.Image:
    opened = Image.open(BytesIO(content), formats=("JPEG", "PNG"))
    opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
    if opened.width * opened.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    turned = ImageOps.exif_transpose(opened)
    # Of what stands beside the pixels the writer of WebP takes nothing that it is not given.
    return turned.convert("RGBA" if turned.has_transparency_data else "RGB")


def _scaled(image: Image.Image, width: int) -> Variant:
    height = max(1, round(image.height * width / image.width))
    made = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = BytesIO()
    made.save(out, KIND, quality=QUALITY, method=4)
    return Variant(width, height, out.getvalue())
