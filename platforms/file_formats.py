"""The formats in which people hand in files, and what they are called."""

#: Keys of ``filetypes.MEDIA_TYPES``, in the order in which people read them.
FORMATS = ("pdf", "jpg", "png", "docx", "xlsx")
FORMAT_WORDS = {"pdf": "PDF", "jpg": "JPEG", "png": "PNG", "docx": "Word（docx）", "xlsx": "Excel（xlsx）"}


#: The formats of a picture, by which a telephone offers its camera. They are named one by one: for all pictures it
#: would hand in a format of its own, which is refused; for these it writes one of them.
PICTURES = {"jpg": "image/jpeg", "png": "image/png"}


def accept_of(formats: tuple[str, ...] = FORMATS) -> str:
    """Return the ``accept`` of a box for files in ``formats``."""
    return ",".join((*(f".{name}" for name in (*formats, "jpeg")), *camera_of(formats)))


def camera_of(formats: tuple[str, ...] = FORMATS) -> tuple[str, ...]:
    """Return the media types among ``formats`` that a camera makes, none where no picture is taken."""
    return tuple(PICTURES[name] for name in formats if name in PICTURES)
