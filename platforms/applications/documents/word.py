"""A printed document as an editable Word file: the same blocks as the PDF, the same bytes for the same content.

The file is written part by part; whatever people wrote goes through ``_text``, which escapes it, so that nothing of it
can be read as markup, field or template. There is no template language here.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from platforms.applications.documents.form import Facts, form_paper
from platforms.applications.documents.paper import FULL, Block, Grid, Heading, Pairs, Paper, Paragraph, Seal
from platforms.applications.documents.word_parts import DOCUMENT, FOOTER, HEADER, PARTS, PROPERTIES

#: Between the margins, in twentieths of a point.
WIDTH = 9412
LABEL = 1860
SEAL_HEIGHT = 2400
#: Left and right of the words in a cell.
INSET = 85
#: A value of so many characters or fewer stays on one page with its label.
LONGEST_WHOLE = 300
#: Quotation marks and dashes are those of Chinese text.
_HINT = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="595959"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def render(data: Mapping[str, Any], facts: Facts) -> bytes:
    """Return the application form in ``data`` (see ``queries.forms.form_data``) as a docx file on A4."""
    return set_paper(form_paper(data, facts))


def set_paper(paper: Paper) -> bytes:
    """Return ``paper`` as a docx file."""
    body = [_paragraph(paper.title, "Title")]
    if paper.subtitle:
        body.append(_paragraph(paper.subtitle, "Subtitle"))
    first, last = _part_with_seals(paper.blocks)
    for place, block in enumerate(paper.blocks):
        lines = _block(block)
        body += map(_kept, lines) if first <= place < last else lines
    parts = {
        **PARTS,
        "docProps/core.xml": PROPERTIES.format(title=_text(paper.title), author=_text(paper.author)),
        "word/header1.xml": HEADER.format(left=_runs(paper.header[0]), right=_runs(paper.header[1])),
        "word/footer1.xml": FOOTER.format(left=_runs(paper.footer)),
        "word/document.xml": DOCUMENT.format(body="".join(body)),
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # Without a date of its own the same document is the same bytes.
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _part_with_seals(blocks: Sequence[Block]) -> tuple[int, int]:
    """Return where the part that ends with the places for seals begins and ends: it is signed on one page."""
    seals = [place for place, block in enumerate(blocks) if isinstance(block, Seal)]
    if not seals:
        return len(blocks), len(blocks)
    heads = [place for place, block in enumerate(blocks) if isinstance(block, Heading) and place < seals[0]]
    return heads[-1] if heads else seals[0], seals[-1]


def _kept(lines: str) -> str:
    """Return paragraphs or a table that stay on the page of what follows; what people wrote is escaped by now."""
    return lines.replace("/></w:pPr>", "/><w:keepNext/></w:pPr>")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield _paragraph(block.text, "Heading1")
        case Paragraph():
            yield _paragraph(block.text, "Quiet" if block.quiet else "Normal")
        case Pairs():
            yield _table(_widths_of_pairs(), map(_pair_row, block.rows))
            yield _paragraph("", "Gap")
        case Grid():
            if block.title:
                yield _paragraph(block.title, "Heading2")
            widths = [WIDTH * width // FULL for width in block.widths]
            yield _table(widths, _grid_rows(block, widths))
            yield _paragraph("", "Gap")
        case _:
            yield _table([WIDTH], [_seal_row(block)])
            yield _paragraph("", "Gap")


def _widths_of_pairs() -> list[int]:
    value = (WIDTH - 2 * LABEL) // 2
    return [LABEL, value, LABEL, value]


def _pair_row(row: tuple[str, ...]) -> str:
    widths = _widths_of_pairs()
    cells = [_cell(row[0], widths[0], "Label", shaded=True)]
    if len(row) == 2:
        cells.append(_cell(row[1], sum(widths[1:]), "Cell", span=3))
    else:
        cells += [
            _cell(row[1], widths[1], "Cell"),
            _cell(row[2], widths[2], "Label", shaded=True),
            _cell(row[3], widths[3], "Cell"),
        ]
    whole = "" if max(map(len, row)) > LONGEST_WHOLE else "<w:trPr><w:cantSplit/></w:trPr>"
    return f"<w:tr>{whole}{''.join(cells)}</w:tr>"


def _grid_rows(grid: Grid, widths: list[int]) -> Iterator[str]:
    head = "".join(_cell(text, width, "Head", shaded=True) for text, width in zip(grid.head, widths, strict=True))
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
    for row in grid.rows:
        cells = "".join(_cell(text, width, "Row") for text, width in zip(row, widths, strict=True))
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _seal_row(seal: Seal) -> str:
    lines = [_paragraph(seal.title, "Label")]
    if seal.text:
        lines.append(_paragraph(seal.text, "Cell"))
    lines.append(_paragraph("", "SealRoom"))
    lines += [_paragraph(line, "SealLine") for line in seal.lines]
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{WIDTH}" w:type="dxa"/></w:tcPr>{"".join(lines)}</w:tc>'
    return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{SEAL_HEIGHT}"/></w:trPr>{cell}</w:tr>'


def _table(widths: list[int], rows: Any) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    properties = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{INSET}" w:type="dxa"/>'
        f'<w:right w:w="{INSET}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _cell(text: str, width: int, style: str, *, span: int = 1, shaded: bool = False) -> str:
    more = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    more += '<w:shd w:val="clear" w:color="auto" w:fill="F3F3F3"/>' if shaded else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(text, style)}</w:tc>"
    )


def _paragraph(text: str, style: str) -> str:
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/></w:pPr>{_runs(text)}</w:p>"


def _runs(text: str) -> str:
    """Return ``text`` as one run; line breaks and tabs stay what they are."""
    if not text:
        return ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return f"<w:r>{_HINT}{'<w:br/>'.join(map(_line, lines))}</w:r>"


def _line(line: str) -> str:
    return "<w:tab/>".join(f'<w:t xml:space="preserve">{_text(part)}</w:t>' for part in line.split("\t"))


def _text(text: str) -> str:
    """Return ``text`` escaped; what XML cannot hold (control characters, halves of characters) becomes a sign."""
    return escape(_FORBIDDEN.sub("\ufffd", text))
