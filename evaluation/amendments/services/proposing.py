"""Proposing that what was published is corrected, or changed because it is no longer so; nothing changes by that."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from evaluation.amendments import correcting
from evaluation.amendments.choices import AmendmentKind
from evaluation.amendments.fields import FIELDS
from evaluation.amendments.queries.amendments import evidence_of, open_one, operator_code_of
from evaluation.amendments.queries.consequences import Consequence, consequence
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Amendment, Result
from evaluation.schemes.grading import Entry
from platforms.applications.eligibility import ban_sentence
from platforms.applications.queries.bans import active_bans
from platforms.applications.services.registered import check_name_free
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence as files
from platforms.models import Platform, User
from platforms.text import clean_text


@transaction.atomic
def propose_correction(
    *,
    result: Result,
    grade: str = "",
    grade_reason: str = "",
    entries: Mapping[str, Entry] | None = None,
    changes: Mapping[str, str] | None = None,
    public_reason: str,
    reason: str,
    effective_on: date,
    by: User,
    at: datetime,
) -> Amendment:
    """Propose that ``result`` was published wrongly: its grade, entries by the code of their indicators, or fields.

    Without ``grade`` the grade is what the scheme gives for the corrected entries. One that the scheme does not give
    needs ``grade_reason``.

    Raises:
        Gone: another version counts by now.
        Refusal: ``by`` may not, nothing would change, a value cannot be, the day does not fit, the operator or the
            certificate forbids it, or another proposal about the platform waits.
    """
    if not by.has_perm("evaluation.propose_correction"):
        raise Refusal("您没有提出更正的权限。")
    result = _taken(result)
    wanted = dict(entries or {})
    values = _changed(result, changes or {})
    grade = _grade(result, grade, grade_reason, wanted)
    why = clean_text("档次说明", grade_reason, most=400, field="grade_reason") if grade or wanted else ""
    if not (grade or values or wanted):
        raise Refusal("没有要更正的内容，请至少填写一项与公布内容不同的值。")
    _check(result, values, grade or result.grade, effective_on, at)
    return _proposed(
        AmendmentKind.CORRECTION, result, by, at, changes=values, grade=grade, grade_reason=why,
        entries={code: correcting.entry_data(each) for code, each in wanted.items()}, public_reason=public_reason,
        reason=reason, effective_on=effective_on,
    )  # fmt: skip


@transaction.atomic
def propose_change(
    *,
    result: Result,
    changes: Mapping[str, str],
    public_reason: str,
    reason: str,
    effective_on: date,
    uploads: Sequence[UploadedFile],
    by: User,
    at: datetime,
) -> Amendment:
    """Ask that ``changes`` of the platform of ``result``, which were true when published, are entered from a day on.

    ``uploads`` prove it; they are kept with the proposal, or nothing is.

    Raises:
        Gone, Refusal: as :func:`propose_correction`; no proof; a platform of another region.
    """
    own = by.role == Role.CITY or by.acts_for(result.platform.region_id)
    if not own or not by.has_perm("evaluation.propose_change"):
        raise Refusal("您没有提出变更的权限。")
    if not uploads:
        raise Refusal.of("file", "请上传证明变更的材料。")
    result = _taken(result)
    values = _changed(result, changes)
    if not values:
        raise Refusal("没有要变更的内容，请至少填写一项与公布内容不同的值。")
    _check(result, values, result.grade, effective_on, at)
    made = _proposed(
        AmendmentKind.CHANGE, result, by, at, changes=values, public_reason=public_reason, reason=reason,
        effective_on=effective_on,
    )  # fmt: skip
    for upload in uploads:
        files.add(
            kind=EvidenceKind.AMENDMENT, key=made.pk, region=made.platform.region, upload=upload, by=by, at=at
        )  # fmt: skip
    return made


def check_operator(platform: Platform, changes: Mapping[str, Any], *, on: date) -> None:
    """Refuse a new operator whose applications are not accepted on the day ``on`` (N35).

    Raises:
        Refusal: its ``field`` is ``operator_code``.
    """
    if "operator_code" not in changes:
        return
    code = changes["operator_code"][1]
    met = active_bans(operator_code=code, site_key="", on=on, site_name=platform.site_name)
    if met:
        raise Refusal.of("operator_code", f"新运营单位不能受托运营：{ban_sentence(met[0])}")


def check_consequence(result: Result, *, grade: str, on: date, today: date) -> Consequence:
    """Return what the new version does to certificates.

    Raises:
        Refusal: it cannot be made.
    """
    found = consequence(result, grade=grade, on=on, today=today)
    if found.problem:
        raise Refusal.of("effective_on" if found.of_day else "", found.problem)
    return found


def check_current(result: Result) -> None:
    """Refuse a version that counts no longer.

    Raises:
        Gone: another took its place.
    """
    if Result.objects.filter(corrects=result).exists():
        raise Gone("这一版已被更正或变更，请打开最新一版后办理。")


def _taken(result: Result) -> Result:
    """Return ``result`` as it stands; proposals about one platform queue here."""
    platform = Platform.objects.select_for_update(of=("self",)).get(pk=result.platform_id)
    found = Result.objects.select_related("publication__round", "region", "platform__region").get(pk=result.pk)
    check_current(found)
    waiting = open_one(platform)
    if waiting is not None:
        raise Refusal(f"该平台已有待决定的{waiting.get_kind_display()} {waiting.number}，请先办结。")
    return found


def _changed(result: Result, given: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the pairs of old and new of what of ``given`` differs from ``result``, checked."""
    found = {}
    for name, text in given.items():
        field = FIELDS[name]
        new = field.rule(text) if field.rule else text
        new = clean_text(field.label, new, most=field.most, required=field.required, field=name)
        if "\n" in new:
            raise Refusal.of(name, f"“{field.label}”只填写一行。")
        old = operator_code_of(result) if name == "operator_code" else str(getattr(result, name))
        if new == old:
            continue
        wrong = field.check(new) if field.check and new else None
        if wrong:
            raise Refusal.of(name, wrong)
        found[name] = [old, new]
    if "name" in found:
        check_name_free(result.platform, found["name"][1])
    return found


def _grade(result: Result, asked: str, why: str, entries: Mapping[str, Entry]) -> str:
    """Return the grade of the correction, empty where it stays."""
    terms = result.publication.round.terms
    if asked and asked not in terms.grade_codes:
        raise Refusal.of("grade", "请选择通知所列的档次。")
    known = evidence_of(result)
    if known is None:
        if entries:
            raise Refusal("历史数据没有逐项评价依据，不能更正指标，请直接更正档次。")
        if asked and asked != result.grade and not why.strip():
            raise Refusal.of("grade_reason", "没有评价依据可以重新计算，请填写档次说明。")
        return "" if asked == result.grade else asked
    lines = {line.indicator.code: line for line in known.lines}
    for code, entry in entries.items():
        if code not in lines:
            raise Refusal.of(f"entry_{code}", "评价方案中没有这项指标。")
        if wrong := correcting.problem(lines[code], entry):
            raise Refusal.of(f"entry_{code}", wrong)
    if not entries and asked in ("", result.grade):
        return ""
    made = correcting.corrected(known, entries, grade=asked, grade_reason=why, reason="")
    if made.grade != made.proposed_grade and not why.strip():
        given = made.label(made.proposed_grade)
        raise Refusal.of("grade_reason", f"按评价方案重新计算为{given}，与所选档次不一致，请填写档次说明。")
    if correcting.fails(made) and made.grade != terms.failing.code:
        # 四·(四): whatever the points
        label = terms.failing.label
        raise Refusal.of("grade", f"有基本条件不具备、一票否决或未提交自评情形的，只能评为{label}。")
    return "" if made.grade == result.grade else made.grade


def _check(result: Result, changes: Mapping[str, Any], grade: str, on: date, at: datetime) -> None:
    check_consequence(result, grade=grade, on=on, today=day_in_ningbo(at))
    check_operator(result.platform, changes, on=day_in_ningbo(at))


def _proposed(
    kind: AmendmentKind, result: Result, by: User, at: datetime, *, public_reason: str, reason: str, **values: Any
) -> Amendment:
    public_reason = clean_text("公开说明", public_reason, most=200, required=True, field="public_reason")
    reason = clean_text("理由", reason, most=1000, required=True, field="reason")
    year = day_in_ningbo(at).year
    made = Amendment.objects.create(
        number=f"GZB-{year}-{numbering.next_number(f'amendment:{year}'):04d}",
        kind=kind,
        platform=result.platform,
        result=result,
        public_reason=public_reason,
        reason=reason,
        proposed_at=at,
        proposed_by=by,
        **values,
    )
    audit.record(verb=f"提出{kind.label}", by=by, at=at, target=made, reason=reason, changes=pairs_of(made))
    return made


def pairs_of(row: Amendment) -> dict[str, list[Any]]:
    """Return what ``row`` changes as the log holds it: label to old and new."""
    terms = row.result.publication.round.terms
    labels = dict(terms.grade_choices)
    found: dict[str, list[Any]] = {"平台编号": ["", row.result.code], "生效日期": ["", day_in_words(row.effective_on)]}
    found |= {FIELDS[name].label: list(pair) for name, pair in row.changes.items()}
    if row.entries:
        found["更正的指标"] = ["", "、".join(sorted(row.entries))]
    if row.grade:
        found["档次"] = [labels.get(row.result.grade, row.result.grade), labels.get(row.grade, row.grade)]
    return found
