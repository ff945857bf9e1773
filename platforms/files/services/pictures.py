"""Keeping pictures for public pages: judged by content, written anew in a few widths, without what a camera adds."""

import hashlib
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile

from platforms import stored_files
from platforms.errors import Refusal
from platforms.files.models import Pictured
from platforms.files.services import scanner
from platforms.filetypes import MEGABYTE, inspect
from platforms.page_pictures import variants

MOST_PICTURE = 10 * MEGABYTE


def keep_picture(row: Pictured, picture: UploadedFile, *, folder: str, field: str) -> None:
    """Keep ``picture`` below ``folder`` and let ``row``, which the caller saves, name it.

    Raises:
        Refusal: of ``field``: it is no JPEG or PNG, larger than :data:`MOST_PICTURE`, damaged, infected, or cannot be
            kept.
    """
    file = cast(BinaryIO, picture)
    try:
        facts = inspect(picture.name or "", file, allowed=("jpg", "png"), max_bytes=MOST_PICTURE)
        scanner.check(facts.shown_name, file)
        file.seek(0)
        made = variants(file.read())
    except ValueError:
        raise Refusal.of(field, "图片已损坏或像素过多，请另存为较小的 jpg 图片后重新上传。") from None
    except Refusal as refused:
        refused.field = field
        raise
    kept = [(each.width, each.height, f"{folder}/{hashlib.sha256(each.content).hexdigest()}") for each in made]
    try:
        for each, (_, _, name) in zip(made, kept, strict=True):
            stored_files.keep(name, each.content)
    except OSError as error:
        raise Refusal.of(field, "服务器暂时无法保存图片，请稍后再试；已填内容不受影响。") from error
    row.picture_width, row.picture_height, row.picture_name = kept[-1]
    row.picture_smaller = [list(each) for each in kept[:-1]]


def drop_picture(row: Pictured) -> None:
    """Let ``row``, which the caller saves, have no picture; the file stays, as other rows may name it."""
    row.picture_name = row.picture_alt = ""
    row.picture_width = row.picture_height = 0
    row.picture_smaller = []
