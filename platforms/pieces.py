"""A file that is sent while it is written."""


class Pieces:
    """A file that can only be written, and gives away what was written since the last time."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, content: bytes) -> int:
        """Add ``content``."""
        self._parts.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Do nothing: what was written is taken by the reader."""

    def close(self) -> None:
        """Do nothing, likewise."""

    def take(self) -> bytes:
        """Return what was written since the last call."""
        content = b"".join(self._parts)
        self._parts.clear()
        return content
