"""The formats in which people hand in files, and what they are called."""

#: Keys of ``filetypes.MEDIA_TYPES``, in the order in which people read them.
FORMATS = ("pdf", "jpg", "png", "docx", "xlsx")
FORMAT_WORDS = {"pdf": "PDF", "jpg": "JPEG", "png": "PNG", "docx": "Word（docx）", "xlsx": "Excel（xlsx）"}


def accept_of(formats: tuple[str, ...] = FORMATS) -> str:
    """Return the ``accept`` of a box for files in ``formats``."""
    return ",".join(f".{name}" for name in (*formats, "jpeg"))
