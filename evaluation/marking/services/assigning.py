"""Who judges: assessors assigned to platforms by hand and in bulk, taken off again, kept out by a conflict."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from evaluation.marking.choices import SheetKind, SheetStatus
from evaluation.marking.queries.judges import ASSESSORS, bars, judges
from evaluation.marking.services.assessments import code_of
from evaluation.marking.services.entering import LONGEST_TEXT
from evaluation.marking.services.sheets import check_open, fill_with_marks
from evaluation.models import Assessment, Conflict, Sheet
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.models import User
from platforms.text import clean_text

ASSIGN = "evaluation.assign_sheet"


@transaction.atomic
def assign(*, assessment: Assessment, judge: User, by: User, at: datetime) -> Sheet:
    """Assign ``judge`` as one of the assessors of ``assessment``; returns the empty sheet.

    In a round that the city judges this platform is judged by assessors from then on.

    Raises:
        Refusal: ``by`` may not assign, there are enough assessors, ``judge`` judges it already or must stay out.
            Gone: the city has finished with the platform.
    """
    _check_may(by)
    check_open(assessment)
    _check_may_judge(assessment, judge)
    if assessment.sheets.filter(kind=SheetKind.ASSESSOR).count() >= ASSESSORS:
        raise Refusal(f"{code_of(assessment)}已有{ASSESSORS}名评审员，如需更换请先取消其中一名。")
    return _open([(assessment, judge)], by=by, at=at)[0]


@transaction.atomic
def assign_many(
    *,
    plan: Mapping[int, Sequence[int]],
    replace: bool = False,
    reason: str = "",
    by: User,
    at: datetime,
) -> int:
    """Assign what ``plan`` says, all or nothing: the key of each assessment to the keys of all who judge it then.

    With ``replace`` assessors who are not in the plan and have not handed in are taken off, for a ``reason``; without
    it they stand in the plan. Returns how many sheets were opened.

    Raises:
        Refusal: as :func:`assign`, or somebody is taken off without a reason.
        Gone: an assessor was assigned or handed in since the plan was made, or one of the assessments is gone.
    """
    _check_may(by)
    rows = {
        row.pk: row
        for row in Assessment.objects.filter(pk__in=plan)
        .select_related("application", "evaluation", "frozen_form")
        .order_by("application__number")
    }
    people = {person.pk: person for person in judges().filter(pk__in={pk for wanted in plan.values() for pk in wanted})}
    if rows.keys() != plan.keys():
        raise Gone("未分派：选中的平台已有变动，请刷新页面后重新选择。")
    reason = clean_text("理由", reason, most=LONGEST_TEXT)
    barred = bars(list(rows.values()), list(people.values()))
    added: list[tuple[Assessment, User]] = []
    for pk, row in rows.items():
        check_open(row)
        wanted = list(dict.fromkeys(plan[pk]))
        if len(wanted) > ASSESSORS:
            raise Refusal(f"{code_of(row)}最多分派{ASSESSORS}名评审员。")
        present = {sheet.judge_id: sheet for sheet in row.sheets.exclude(kind=SheetKind.COUNTY)}
        for judge, sheet in present.items():
            if judge in wanted:
                continue
            if not replace or sheet.kind == SheetKind.THIRD or sheet.status == SheetStatus.HANDED_IN:
                raise Gone(f"未分派：{code_of(row)}的评审员在预览之后有变动，请重新预览。")
            unassign(sheet=sheet, reason=reason, by=by, at=at)
        for judge in wanted:
            if judge not in present:
                person = people.get(judge)
                if person is None:
                    raise Gone("未分派：有评审员的账号已停用或已改为其他角色，请重新选择。")
                _check_bar(row, person, barred[pk])
                added.append((row, person))
    return len(_open(added, by=by, at=at))


@transaction.atomic
def assign_third(*, sheet: Sheet, judge: User, by: User, at: datetime) -> Sheet:
    """Assign ``judge`` to decide where the two assessors differ; who was asked before gives way.

    Raises:
        Refusal: ``by`` may not assign, or ``judge`` judges the platform already or must stay out.
        Gone: no sheet of a third, handed in, or the city has finished with the platform.
    """
    _check_may(by)
    assessment = sheet.assessment
    check_open(assessment)
    _check_may_judge(assessment, judge)
    before = str(sheet.judge or "")
    rows = Sheet.objects.filter(pk=sheet.pk, kind=SheetKind.THIRD, status=SheetStatus.OPEN)
    if not rows.update(judge=judge):
        raise Gone("未指定：第三人复评已提交或已取消，请刷新页面后查看最新情况。")
    sheet.refresh_from_db()
    audit.record(
        verb="指定第三人",
        by=by,
        at=at,
        target=sheet,
        code=code_of(assessment),
        changes={"第三人": [before, str(judge)]},
    )
    return sheet


@transaction.atomic
def assign_thirds(*, sheets: Iterable[Sheet], judge: User, by: User, at: datetime) -> int:
    """Assign ``judge`` as the third of all of ``sheets`` or of none; returns how many.

    Raises:
        Refusal, Gone: as :func:`assign_third`, naming the platform that stands in the way.
    """
    rows = list(sheets)
    for sheet in rows:
        assign_third(sheet=sheet, judge=judge, by=by, at=at)
    return len(rows)


@transaction.atomic
def unassign(*, sheet: Sheet, reason: str, by: User, at: datetime) -> None:
    """Take the judge of ``sheet`` off for ``reason``, while nothing is handed in.

    The sheet of an assessor goes with what was filled in, of which the log keeps what it kept; that of a third waits
    for another person.

    Raises:
        Refusal: ``by`` may not assign, no reason, or it is the sheet of a county.
        Gone: handed in, or the city has finished with the platform.
    """
    _check_may(by)
    reason = clean_text("理由", reason, most=LONGEST_TEXT, required=True)
    check_open(sheet.assessment)
    _take_off(sheet, verb="取消分派", reason=reason, by=by, at=at)


@transaction.atomic
def replace_judge(*, sheet: Sheet, judge: User, reason: str, by: User, at: datetime) -> Sheet:
    """Give the platform of an assessor's ``sheet`` to ``judge`` instead, for ``reason``; returns the new empty sheet.

    Raises:
        Refusal, Gone: as :func:`unassign` and :func:`assign`.
    """
    assessment = sheet.assessment
    unassign(sheet=sheet, reason=reason, by=by, at=at)
    return assign(assessment=assessment, judge=judge, by=by, at=at)


@transaction.atomic
def declare_conflict(*, assessment: Assessment, person: User, reason: str, by: User, at: datetime) -> Conflict:
    """Keep ``person`` out of ``assessment`` for ``reason``; a sheet not handed in goes back to be assigned.

    A judge declares it of oneself on the own sheet, the city of anybody who can judge.

    Raises:
        Refusal: ``by`` may not, no reason, ``person`` judges nothing, declared before, or that person has handed in:
            the city sends the sheet back first. Gone: the city has finished with the platform.
    """
    own = assessment.sheets.exclude(kind=SheetKind.COUNTY).filter(judge=person).first()
    if not by.has_perm(ASSIGN) and not (by.pk == person.pk and own is not None):
        raise Refusal("您没有登记回避的权限。")
    reason = clean_text("回避事由", reason, most=LONGEST_TEXT, required=True)
    check_open(assessment)
    if not judges().filter(pk=person.pk).exists():
        raise Refusal("回避人须为评审员或市级经办人员。")
    if assessment.conflicts.filter(person=person).exists():
        raise Refusal(f"{person}已登记回避，无需重复登记。")
    if own is not None and own.status == SheetStatus.HANDED_IN:
        raise Refusal(f"{person}已提交评分表，请先由市经信局退回该评分表，再登记回避。")
    made = Conflict.objects.create(assessment=assessment, person=person, reason=reason, declared_at=at, declared_by=by)
    audit.record(
        verb="登记回避", by=by, at=at, target=made, code=code_of(assessment), reason=reason,
        changes={"回避人": ["", str(person)]},
    )  # fmt: skip
    if own is not None:
        _take_off(own, verb="因回避取消分派", reason=reason, by=by, at=at)
    return made


def _open(pairs: Sequence[tuple[Assessment, User]], *, by: User, at: datetime) -> list[Sheet]:
    made = Sheet.objects.bulk_create(
        Sheet(assessment=assessment, kind=SheetKind.ASSESSOR, judge=judge, opened_at=at) for assessment, judge in pairs
    )
    fill_with_marks(made)
    audit.record_many(
        [
            audit.Entry(
                verb="分派评审员",
                target=sheet,
                code=code_of(sheet.assessment),
                changes={"评审员": ["", str(sheet.judge)]},
            )
            for sheet in made
        ],
        by=by,
        at=at,
    )
    return made


def _take_off(sheet: Sheet, *, verb: str, reason: str, by: User, at: datetime) -> None:
    code, judge = code_of(sheet.assessment), str(sheet.judge or "")
    rows = Sheet.objects.filter(pk=sheet.pk, status=SheetStatus.OPEN, judge__isnull=False)
    if sheet.kind == SheetKind.COUNTY:
        raise Refusal("县级初评不分派到人。")
    done = rows.update(judge=None) if sheet.kind == SheetKind.THIRD else rows.delete()[0]
    if not done:
        raise Gone("未取消：评分表已提交，或已取消分派，请刷新页面后查看最新情况。")
    label = "第三人" if sheet.kind == SheetKind.THIRD else "评审员"
    audit.record(verb=verb, by=by, at=at, target=sheet, code=code, reason=reason, changes={label: [judge, ""]})


def _check_may(by: User) -> None:
    if not by.has_perm(ASSIGN):
        raise Refusal("您没有分派评审员的权限。")


def _check_may_judge(assessment: Assessment, judge: User) -> None:
    """Refuse who cannot be asked, judges the platform already or must stay out of it."""
    if not judges().filter(pk=judge.pk).exists():
        raise Refusal(f"{judge}不是在用的评审员或市级经办人员，不能分派。")
    if assessment.sheets.filter(judge=judge).exists():
        raise Refusal(f"{judge}已参与{code_of(assessment)}的评分，请另选一人。")
    _check_bar(assessment, judge, bars([assessment], [judge])[assessment.pk])


def _check_bar(assessment: Assessment, judge: User, barred: Mapping[int, str]) -> None:
    if judge.pk in barred:
        raise Refusal(f"{judge}须回避{code_of(assessment)}：{barred[judge.pk]}")
