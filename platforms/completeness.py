"""What an application form still lacks; one function feeds rail, page and refusal, so that they never disagree.

A form is the mapping that ``queries.forms.form_data`` makes. Formats are judged here and not while saving: a draft with
a wrong digit is kept, and says what is wrong with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from platforms import attachment_needs, checks, naming, questions, row_gaps, unreadable
from platforms.attachment_needs import PUBLIC_RULES
from platforms.choices import FreeService, PlatformType, RuleKind
from platforms.eligibility import asked_when, operator_problems
from platforms.sections import SECTIONS, Section

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


REQUIRED: Mapping[str, Mapping[str, str]] = {
    "platform": {
        "name": "请填写平台名称。",
        "address": "请填写平台地址。",
        "opening_hours": "请填写开放时间。",
        "service_phone": "请填写对外公布的服务电话。",
        "introduction": "请填写平台简介。",
    },
    "operator": {
        "operating_mode": "请选择运营方式。",
        "operator_name": "请填写运营单位名称。",
        # A government body has no business licence, but it has a code.
        "operator_code": "请填写运营单位的统一社会信用代码。",
        "operator_nature": "请选择运营单位的性质。",
        "legal_representative": "请填写法定代表人(机关填写主要负责人)。",
        "person_in_charge": "请填写平台负责人。",
        "contact_name": "请填写联系人。",
        "contact_mobile": "请填写联系人手机。",
    },
    "venue": {
        "floor_area": "请填写服务场地面积。",
        "venue_tenure": "请选择场地来源。",
        "counters": "请填写服务窗口数量。",
        "meeting_rooms": "请填写会议培训场所数量，没有的填 0。",
        "equipment": "请填写主要设施设备。",
        "in_public_affairs_centre": "请选择是否设在公共事务服务中心。",
        "has_unified_sign": "请选择是否已悬挂统一标志标识。",
    },
    "record": {
        "enterprises_served": "请填写上年度服务企业数，新建平台填 0。",
        "events_held": "请填写上年度组织服务活动的场次，新建平台填 0。",
        "attendance": "请填写上年度活动参加人次，新建平台填 0。",
        "requests_settled": "请填写上年度办结企业诉求的件数，新建平台填 0。",
    },
    "plan": {
        "target_enterprises": "请填写年度服务企业目标。",
        "target_events": "请填写年度服务活动目标。",
        "funds_wan": "请填写年度运营经费。",
        "funds_source": "请填写经费来源。",
        "sustainability": "请填写可持续运营措施。",
    },
}

#: What is asked for where ``eligibility.asked_when`` says so.
ASKED_WHEN: Mapping[str, str] = {
    "founded_on": "请填写运营单位的成立日期。",
    "agreement": "委托运营的，请填写委托运营协议名称。",
    "support_policy": "委托运营的，请填写本地区的扶持政策或购买服务文件名称。",
}


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
    for field, message in REQUIRED.get(slug, {}).items():
        if field not in wrong and _is_open(form[slug][field]):
            yield Gap(slug, field, message)
    for field, found in wrong.items():
        yield Gap(slug, field, found)
    for field, found in _RULES.get(slug, _nothing)(form):
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


def _nothing(form: Form) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - sections without rules of their own
    yield from ()


def _platform(form: Form) -> Iterator[tuple[str, str]]:
    answers = form["platform"]
    if not _is_open(answers["name"]):
        wrong = naming.check(answers["name"])
        if wrong:
            yield "name", wrong
        # 二·(一): the naming is uniform; who departs from it says why.
        elif answers["name"] != form["site"]["proposed_name"] and _is_open(answers["name_reason"]):
            yield "name_reason", f"平台名称与命名规则不一致(按规则为“{form['site']['proposed_name']}”)，请填写理由。"
    if _is_open(answers["longitude"]) != _is_open(answers["latitude"]):
        yield "longitude", "经度和纬度须同时填写，或者都不填写。"
    yield from _phones(answers, "service_phone")


def _operator(form: Form) -> Iterator[tuple[str, str]]:
    answers = form["operator"]
    if not _is_open(answers["operator_code"]):
        wrong = checks.check_credit_code(answers["operator_code"])
        if wrong:
            yield "operator_code", wrong
    yield from _phones(answers, "contact_mobile", mobile_only=True)
    yield from _phones(answers, "contact_phone")
    if not _is_open(answers["contact_email"]):
        wrong = checks.check_email(answers["contact_email"])
        if wrong:
            yield "contact_email", wrong
    type = form["site"]["type"]
    yield from operator_problems(
        type=type,
        mode=answers["operating_mode"] or "",
        nature=answers["operator_nature"] or "",
        code=answers["operator_code"] or "",
    )
    for field, (source, values) in asked_when(type).items():
        if answers[source] in values and _is_open(answers[field]):
            yield field, ASKED_WHEN[field]


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
        yield "satisfaction", "上年度服务过企业的，请填写服务满意度。"


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
    answers = form["commitment"]
    if not answers["committed"]:
        yield "committed", "请阅读并勾选真实性承诺。"
    if form["site"]["type"] == PlatformType.INDUSTRY:
        return
    if _is_open(answers["county_opinion"]):
        yield "county_opinion", "请由县级经办人员填写审核意见。"
    if _is_open(answers["county_opinion_on"]):
        yield "county_opinion_on", "请填写县级审核日期。"


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


def _phones(answers: Mapping[str, Any], field: str, *, mobile_only: bool = False) -> Iterator[tuple[str, str]]:
    if not _is_open(answers[field]):
        wrong = checks.check_phones(answers[field], mobile_only=mobile_only)
        if wrong:
            yield field, wrong


def _warnings(form: Form) -> Iterator[Gap]:
    operator = form["operator"]
    mismatch = checks.nature_mismatch(operator["operator_code"], operator["operator_nature"])
    if mismatch:
        yield Gap("operator", "operator_nature", mismatch)
    for sentence in attachment_needs.advised(form):
        yield Gap("attachments", "attachments", sentence)
