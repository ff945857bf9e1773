"""What an application form still lacks; one function feeds rail, page and refusal, so that they never disagree.

A form is the mapping that ``queries.forms.form_data`` makes. Formats are judged here and not while saving: a draft with
a wrong digit is kept, and says what is wrong with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from platforms import checks, unreadable
from platforms.applications import attachment_needs, naming, questions, row_gaps
from platforms.applications.attachment_needs import PUBLIC_RULES
from platforms.applications.choices import RuleKind
from platforms.applications.eligibility import asked_when, operator_problems
from platforms.applications.form_fields import FORM_FIELDS, sentences
from platforms.applications.sections import SECTIONS, Section
from platforms.choices import FreeService, PlatformType

State = Literal["empty", "partial", "complete"]
Form = Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or wrong: ``section`` and ``field`` say where (for links), ``message`` says what.

    ``field`` is a column of the application, a kind of rows (``staff``, ``services``, ``rules``, ``attachments``), or
    the key of a question.
    """

    section: str
    field: str
    message: str


@dataclass(frozen=True)
class SectionProgress:
    """How far one section is: its number, slug and title, ``state`` and the gaps that keep it from being complete."""

    number: int
    slug: str
    title: str
    state: State
    gaps: tuple[Gap, ...]


def gaps(form: Form) -> tuple[Gap, ...]:
    """Return everything that keeps ``form`` from being submitted, in form order."""
    return tuple(gap for section in SECTIONS for gap in _section_gaps(section.slug, form))


def warnings(form: Form) -> tuple[Gap, ...]:
    """Return what an officer should look at again before submitting; none of it stops a submission."""
    return tuple(_warnings(form))


def progress(form: Form, only: str = "") -> tuple[SectionProgress, ...]:
    """Return the state of all ten sections, in form order.

    ``only`` is the slug of the one section that somebody fills: then its state, and that of the files where some
    belong to it, counted by these alone.
    """
    if not only:
        return tuple(_progress_of(section, form) for section in SECTIONS)
    found = tuple(_progress_of(section, form) for section in SECTIONS if section.slug == only)
    return (*found, _files_of(only, form)) if brings_files(only) else found


def brings_files(only: str) -> bool:
    """Say whether files belong to the section ``only`` that are uploaded on the page of the files."""
    return only != "attachments" and bool(attachment_needs.needs_of(only))


def _files_of(only: str, form: Form) -> SectionProgress:
    files = next(each for each in SECTIONS if each.slug == "attachments")
    missing = tuple(Gap("attachments", "attachments", found) for found in attachment_needs.missing(form, only))
    begun = any(each.count for each in attachment_needs.standings(form, only))
    state: State = "complete" if not missing else "partial" if begun else "empty"
    return SectionProgress(files.number, files.slug, files.title, state, missing)


def _progress_of(section: Section, form: Form) -> SectionProgress:
    missing = tuple(_section_gaps(section.slug, form))
    state: State = "complete" if not missing else "partial" if _is_begun(section, form) else "empty"
    return SectionProgress(section.number, section.slug, section.title, state, missing)


def _is_begun(section: Section, form: Form) -> bool:
    # The name is proposed and counts as nobody's work.
    answers = form.get(section.slug, {}) if section.fields else {}
    filled = any(
        not _is_open(answers.get(field)) and answers[field] is not False for field in section.fields if field != "name"
    )
    answered = any(each["section"] == section.slug and each["value"] for each in form.get("questions", ()))
    filled = filled or any(True for _ in _unreadable(section.slug, form))
    return filled or answered or any(form[rows] for rows in section.rows)


def _is_open(value: Any) -> bool:
    """Say whether a value was not answered; zero and False are answers."""
    return value is None or (isinstance(value, str) and not value.strip())


def _section_gaps(slug: str, form: Form) -> Iterator[Gap]:
    # What stands in a box and cannot be read is what is wrong with it, whatever its column held before.
    wrong = dict(_unreadable(slug, form))
    for field, message in sentences(slug).items():
        if field not in wrong and _is_open(form[slug][field]):
            yield Gap(slug, field, message)
    for field, found in wrong.items():
        yield Gap(slug, field, found)
    order = next(each for each in SECTIONS if each.slug == slug).fields
    judged = [*_checked(slug, form), *_RULES.get(slug, _nothing)(form)]
    for field, found in sorted(judged, key=lambda each: order.index(each[0]) if each[0] in order else 0):
        if field not in wrong:
            yield Gap(slug, field, found)
    # What the city asks on top; versions frozen before there were questions lack the list.
    for key, found in questions.gaps_of(form.get("questions", ()), form["attachments"], slug):
        if key not in wrong:
            yield Gap(slug, key, found)


def _unreadable(slug: str, form: Form) -> Iterator[tuple[str, str]]:
    """Yield name and sentence of each box of the section ``slug`` that holds what its column cannot."""
    table = next(each for each in SECTIONS if each.slug == slug)
    names = {*table.fields, *(each["key"] for each in form.get("questions", ()) if each["section"] == slug)}
    for name, kept in unreadable.of(form).items():
        if name in names:
            yield name, unreadable.sentence(kept)


def _checked(slug: str, form: Form) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the form of each text that is filled in."""
    for each in FORM_FIELDS.get(slug, ()):
        if each.check and not _is_open(form[slug][each.name]) and (wrong := each.check(form[slug][each.name])):
            yield each.name, wrong


def _nothing(form: Form) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - sections without rules of their own
    yield from ()


def _platform(form: Form) -> Iterator[tuple[str, str]]:
    answers = form["platform"]
    name, proposed = answers["name"], form["site"]["proposed_name"]
    # 二·(一): the naming is uniform; who departs from it says why.
    if not _is_open(name) and not naming.check(name) and name != proposed and _is_open(answers["name_reason"]):
        yield "name_reason", f"平台名称与命名规则不一致（按规则为“{proposed}”），请填写理由。"
    if _is_open(answers["longitude"]) != _is_open(answers["latitude"]):
        yield "longitude", "经度和纬度须同时填写，或者都不填写。"


def _operator(form: Form) -> Iterator[tuple[str, str]]:
    answers = form["operator"]
    type = form["site"]["type"]
    yield from operator_problems(
        type=type,
        mode=answers["operating_mode"] or "",
        nature=answers["operator_nature"] or "",
        code=answers["operator_code"] or "",
    )
    for field, (source, values) in asked_when(type).items():
        if answers[source] in values and _is_open(answers[field]):
            yield field, sentences("operator", if_asked=True)[field]


def _staff(form: Form) -> Iterator[tuple[str, str]]:
    # 二·(二): 有明确、稳定的运营管理团队.
    if not form["staff"]:
        yield "staff", "请登记运营人员。"
    elif not any(person["full_time"] for person in form["staff"]):
        yield "staff", "运营人员中至少要有一名专职人员。"
    yield from (("staff", found) for found in row_gaps.gaps(form, "staff"))


def _services(form: Form) -> Iterator[tuple[str, str]]:
    # A text that is too long is there all the same; what is wrong with it is told with the row.
    offered = {each["free_service"] for each in form["services"] if each.get("content") != "" or unreadable.of(each)}
    for free in FreeService:
        if free not in offered:
            yield "services", f"缺少必须免费提供的公益性服务“{free.label}”。"
    for kind in ("services", "partners"):
        yield from ((kind, found) for found in row_gaps.gaps(form, kind))


def _record(form: Form) -> Iterator[tuple[str, str]]:
    answers = form["record"]
    served = answers["enterprises_served"]
    if not _is_open(served) and served != 0 and _is_open(answers["satisfaction"]):
        yield from sentences("record", if_asked=True).items()


def _rules(form: Form) -> Iterator[tuple[str, str]]:
    public = {rule["kind"]: rule["is_public"] for rule in form["rules"]}
    for kind in PUBLIC_RULES:
        if kind not in public:
            yield "rules", f"缺少“{kind.label}”。"
        elif not public[kind]:
            yield "rules", f"“{kind.label}”须对外公开。"
    for rule in form["rules"]:
        yield from (("rules", found) for found in row_gaps.of_rule(rule, RuleKind(rule["kind"]).label))


def _attachments(form: Form) -> Iterator[tuple[str, str]]:
    for sentence in attachment_needs.missing(form):
        yield "attachments", sentence


def _commitment(form: Form) -> Iterator[tuple[str, str]]:
    for each in FORM_FIELDS["commitment"]:
        if not each.ask_if or (each.by_county and form["site"]["type"] == PlatformType.INDUSTRY):
            continue
        answer = form["commitment"][each.name]
        if _is_open(answer) or answer is False:
            yield each.name, each.ask_if


_RULES = {
    "platform": _platform,
    "operator": _operator,
    "staff": _staff,
    "services": _services,
    "record": _record,
    "rules": _rules,
    "attachments": _attachments,
    "commitment": _commitment,
}


def _warnings(form: Form) -> Iterator[Gap]:
    operator = form["operator"]
    mismatch = checks.nature_mismatch(operator["operator_code"], operator["operator_nature"])
    if mismatch:
        yield Gap("operator", "operator_nature", mismatch)
    for sentence in attachment_needs.advised(form):
        yield Gap("attachments", "attachments", sentence)
