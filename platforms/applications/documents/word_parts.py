"""The fixed parts of a Word file: relations, styles, page layout. The fonts named are those of Chinese offices."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ML = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_ML}.{kind}+xml"/>'
        for name, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("settings", "settings"),
            ("header1", "header"),
            ("footer1", "footer"),
        )
    )
    + '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{place}" Type="{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


_SONG = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/>'
_HEI = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体" w:cs="Arial"/>'


def _style(name: str, label: str, paragraph: str, letters: str, *, default: bool = False) -> str:
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph" {"w:default=" + chr(34) + "1" + chr(34) + " " if default else ""}'
        f'w:styleId="{name}"><w:name w:val="{label}"/>{based}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _room(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


_STYLES = (
    f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_SONG}{_size(20)}"
    '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    + _style("Normal", "Normal", _room(0, 40), "", default=True)
    + _style("Title", "Title", f'{_room(0, 60)}<w:jc w:val="center"/>', f"{_HEI}<w:b/>{_size(34)}")
    + _style("Subtitle", "Subtitle", f'{_room(0, 120)}<w:jc w:val="center"/>', _size(24))
    + _style(
        "Heading1",
        "heading 1",
        f'<w:keepNext/>{_room(200, 100)}<w:outlineLvl w:val="0"/>',
        f"{_HEI}<w:b/>{_size(24)}",
    )
    + _style(
        "Heading2", "heading 2", f'<w:keepNext/>{_room(60, 60)}<w:outlineLvl w:val="1"/>', f"{_HEI}<w:b/>{_size(19)}"
    )
    + _style("Head", "表头", f'{_room(40, 40)}<w:jc w:val="center"/>', f"{_HEI}<w:b/>{_size(18)}")
    + _style("Row", "表格行", _room(40, 40), _size(18))
    + _style("Label", "表格项目", _room(40, 40), f"{_HEI}<w:b/>{_size(18)}")
    + _style("Cell", "表格内容", _room(40, 40), _size(20))
    + _style("Quiet", "说明", _room(40, 60), _size(18))
    + _style("Gap", "间隔", '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>', _size(8))
    + _style("SealRoom", "盖章处", '<w:spacing w:before="0" w:after="0" w:line="1300" w:lineRule="exact"/>', "")
    + _style("SealLine", "签字行", f'{_room(60, 60)}<w:ind w:left="4600"/>', "")
    + _style(
        "Edge",
        "页眉页脚",
        '<w:tabs><w:tab w:val="right" w:pos="9412"/></w:tabs>' + _room(0, 0),
        f'<w:color w:val="404040"/>{_size(18)}',
    )
    + "</w:styles>"
)

# Without the mode of 2013 and later the window says that the file is an old one, and lines are broken as long ago.
_SETTINGS = (
    f'{_HEAD}<w:settings {_W}><w:defaultTabStop w:val="420"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)

#: Parts that are the same in each file.
PARTS = {
    "[Content_Types].xml": _CONTENT_TYPES,
    "_rels/.rels": _relations(
        (f"{_OFFICE}/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    ),
    "word/_rels/document.xml.rels": _relations(
        (f"{_OFFICE}/styles", "styles.xml"),
        (f"{_OFFICE}/settings", "settings.xml"),
        (f"{_OFFICE}/header", "header1.xml"),
        (f"{_OFFICE}/footer", "footer1.xml"),
    ),
    "word/styles.xml": _STYLES,
    "word/settings.xml": _SETTINGS,
}

PROPERTIES = (
    f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
    "</cp:coreProperties>"
)


def _field(name: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _said(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


_EDGE = '<w:pPr><w:pStyle w:val="Edge"/></w:pPr>'
_TAB = "<w:r><w:tab/></w:r>"

HEADER = f"{_HEAD}<w:hdr {_W}><w:p>{_EDGE}{{left}}{_TAB}{{right}}</w:p></w:hdr>"
FOOTER = (
    f"{_HEAD}<w:ftr {_W}><w:p>{_EDGE}{{left}}{_TAB}{_said('第')}{_field('PAGE')}{_said('页　共')}{_field('NUMPAGES')}"
    f"{_said('页')}</w:p></w:ftr>"
)
DOCUMENT = (
    f"{_HEAD}<w:document {_W} {_R}><w:body>{{body}}<w:sectPr>"
    '<w:headerReference w:type="default" r:id="rId3"/><w:footerReference w:type="default" r:id="rId4"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1417" w:right="1247" w:bottom="1247" w:left="1247" w:header="709" w:footer="567" w:gutter="0"/>'
    "</w:sectPr></w:body></w:document>"
)
