"""A printed page before it is set: a frame and blocks of words, the same for PDF and Word."""

from dataclasses import dataclass

#: What the widths of a grid add up to.
FULL = 100


@dataclass(frozen=True)
class Heading:
    """A heading of a part."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``quiet`` is smaller, for totals and remarks."""

    text: str
    quiet: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True)
class Pairs:
    """Labels and values side by side: each row is label and value, or label, value, label, value."""

    rows: tuple[tuple[str, ...], ...]
    kind: str = "pairs"


@dataclass(frozen=True)
class Grid:
    """A table whose head is repeated on each page; ``widths`` add up to ``FULL``, one for each column of ``head``."""

    title: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "grid"


@dataclass(frozen=True)
class Seal:
    """A place for a seal and a signature: what it is for, what was written there already, and lines to be filled."""

    title: str
    text: str
    lines: tuple[str, ...]
    kind: str = "seal"


Block = Heading | Paragraph | Pairs | Grid | Seal


@dataclass(frozen=True)
class Paper:
    """A document: ``header`` (left and right) and ``footer`` stand on each page, with page numbers."""

    title: str
    subtitle: str
    author: str
    header: tuple[str, str]
    footer: str
    blocks: tuple[Block, ...]
