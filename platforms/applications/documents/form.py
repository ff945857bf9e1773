"""The application form (建设运营申报表) as a printed document, from the data that a version froze and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from platforms.applications.choices import AttachmentKind, QuestionKind
from platforms.applications.documents.fields import (
    COLUMNS,
    FIELDS,
    KINDS_OF_FILES,
    KINDS_OF_RULES,
    NOTHING,
    SERVICE_CLASSES,
    Field,
    day,
    words_of,
)
from platforms.applications.documents.paper import Block, Grid, Heading, Pairs, Paper, Paragraph, Seal
from platforms.applications.sections import ROW_KINDS, SECTIONS
from platforms.choices import FreeService, PlatformType
from platforms.identity import ours

TITLE = f"{ours().programme}建设运营申报表"
AUTHOR = ours().industry_bureau.name
MASKED = "已隐去个人信息"
COMMITMENT = "本单位承诺：本申报表及附件内容真实、准确，如有不实，愿承担相应责任。"
#: Characters of a file's SHA-256 that are printed.
SHORT_DIGEST = 8
_NUMERALS = "一二三四五六七八九十"
_DATE = "年　　　月　　　日"
_TYPES = words_of(PlatformType)
_FREE = words_of(FreeService)
Form = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What is printed around the form and is not part of it.

    ``edition`` is 第1版 or what it is called instead, ``state`` the sentence of the header (草稿（未提交） …),
    ``code`` the check code of the whole content, ``at`` when that content was saved or submitted (with a time zone),
    ``masked`` whether people were masked in the data that is printed.
    """

    edition: str
    state: str
    code: str
    at: datetime
    masked: bool = False


def form_paper(data: Form, facts: Facts) -> Paper:
    """Return the form in ``data`` (see ``queries.forms.form_data``; a part that is missing there is blank)."""
    site = data.get("site") or {}
    year, number = site.get("year", ""), str(site.get("number", ""))
    return Paper(
        title=TITLE,
        subtitle=f"（{year}年度）" if year else "",
        author=AUTHOR,
        header=(facts.state, MASKED if facts.masked else ""),
        footer="　".join(part for part in (f"申报编号 {number}", facts.edition, f"校验码 {facts.code}") if part),
        blocks=tuple(_blocks(data)),
    )


def _blocks(data: Form) -> Iterator[Block]:
    for section in SECTIONS:
        yield Heading(f"{_NUMERALS[section.number - 1]}、{section.title}")
        if section.slug == "commitment":
            yield from _signing(data)
            continue
        pairs: list[tuple[str, ...]] = list(_site(data.get("site") or {})) if section.slug == "platform" else []
        pairs += _pairs(FIELDS.get(section.slug, {}), data.get(section.slug) or {})
        asked = [_answer(each, data) for each in data.get("questions") or () if each.get("section") == section.slug]
        # Answers go on in the same table where the section is one; below its rows they have one of their own.
        if pairs:
            yield Pairs((*pairs, *asked))
        for kind in ROW_KINDS:
            if kind.section == section.slug:
                yield from _rows(kind.name, kind.title if len(section.rows) > 1 else "", data)
        if section.slug == "attachments":
            yield _files(data)
        if asked and not pairs:
            yield Pairs(tuple(asked))


def _site(site: Form) -> Iterator[tuple[str, ...]]:
    type_ = str(site.get("type", ""))
    yield "平台类型", _TYPES.get(type_, type_) or NOTHING, "申报编号", str(site.get("number", "")) or NOTHING
    region = str(site.get("region", "")) or "市级"
    if type_ == PlatformType.INDUSTRY:
        yield "所属地区", region, "服务产业链", str(site.get("industry_chain", "")) or NOTHING
        yield "行业协会", str(site.get("association", "")) or NOTHING
        return
    yield "所属地区", region, "建设地点", str(site.get("place", "")) or NOTHING
    if site.get("town") and site["town"] != site.get("place"):
        yield "乡镇（街道）", str(site["town"])


def _pairs(fields: Mapping[str, Field], values: Form) -> Iterator[tuple[str, ...]]:
    """Put two short fields on a line; a wide one, and a short one that finds no neighbour, has its own."""
    waiting: tuple[str, str] | None = None
    for name, field in fields.items():
        pair = (field.label, field.in_words(values.get(name)) or NOTHING)
        if field.wide:
            if waiting:
                yield waiting
            waiting = None
            yield pair
        elif waiting:
            yield waiting + pair
            waiting = None
        else:
            waiting = pair
    if waiting:
        yield waiting


def _rows(kind: str, title: str, data: Form) -> Iterator[Block]:
    columns = COLUMNS[kind]
    rows: Sequence[Form] = data.get(kind) or ()
    head, widths = ["序号"], [6]
    if kind == "services":
        head, widths = [*head, "服务"], [*widths, 26]
    head += [field.label for field, _ in columns.values()]
    widths += [width for _, width in columns.values()]
    cells = []
    for number, row in enumerate(rows, start=1):
        first = [str(number)]
        if kind == "services":
            first.append(_service(row))
        cells.append((*first, *(field.in_words(row.get(name)) for name, (field, _) in columns.items())))
    yield Grid(title, tuple(head), tuple(widths), tuple(cells)) if cells else _none(title)
    if kind == "staff":
        counts = data.get("counts") or {}
        total, full_time = counts.get("staff_total", len(rows)), counts.get("staff_full_time", 0)
        yield Paragraph(f"共 {total} 人，其中专职 {full_time} 人。", quiet=True)


def _none(title: str) -> Block:
    return Paragraph(f"{title}：{NOTHING}" if title else NOTHING)


def _service(row: Form) -> str:
    free, class_ = str(row.get("free_service") or ""), str(row.get("service_class") or "")
    return _FREE.get(free, free) or SERVICE_CLASSES.get(class_, class_)


def _files(data: Form) -> Block:
    texts = {each.get("key"): str(each.get("text", "")) for each in data.get("questions") or ()}
    files = [each for each in data.get("attachments") or () if each.get("kind") != AttachmentKind.STAMPED]
    if not files:
        return _none("")
    rows = []
    for number, file in enumerate(files, start=1):
        kind = str(file.get("kind", ""))
        more = KINDS_OF_RULES.get(file.get("rule_kind") or "", "") or texts.get(file.get("question"), "")
        label = KINDS_OF_FILES.get(kind, kind) + (f"（{more}）" if more else "")
        rows.append((str(number), label, str(file.get("shown_name", "")), str(file.get("digest", ""))[:SHORT_DIGEST]))
    return Grid("", ("序号", "类别", "文件名", "校验值（前8位）"), (6, 34, 41, 19), tuple(rows))


def _answer(question: Form, data: Form) -> tuple[str, str]:
    value = str(question.get("value") or "")
    if question.get("kind") == QuestionKind.DATE:
        value = day(value)
    if question.get("kind") == QuestionKind.FILE:
        names = (each for each in data.get("attachments") or () if each.get("question") == question.get("key"))
        value = "、".join(str(each.get("shown_name", "")) for each in names)
    return str(question.get("text", "")), value or NOTHING


def _signing(data: Form) -> Iterator[Block]:
    values, fields = data.get("commitment") or {}, FIELDS["commitment"]
    committed, on = fields["committed"], fields["county_opinion_on"].in_words(values.get("county_opinion_on"))
    asked = [_answer(each, data) for each in data.get("questions") or () if each.get("section") == "commitment"]
    yield Pairs(((committed.label, committed.in_words(values.get("committed")) or NOTHING), *asked))
    yield Seal("运营单位承诺", COMMITMENT, ("运营单位（盖章）：", "法定代表人（签字）：", _DATE))
    opinion = fields["county_opinion"].in_words(values.get("county_opinion"))
    yield Seal("县级经信部门意见", opinion, ("县级经信部门（盖章）：", "负责人（签字）：", on or _DATE))
    yield Seal("市级意见", "", ("市级经信部门（盖章）：", _DATE))
