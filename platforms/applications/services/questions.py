"""The questions that the city adds to the form of a round: added, changed, put in order, retired, deleted, copied."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from platforms.applications import questions
from platforms.applications.choices import QuestionKind
from platforms.applications.queries.questions import in_form_order, times_answered
from platforms.applications.sections import section as section_of
from platforms.applications.services import gap_counts
from platforms.audit.services import audit
from platforms.choices import PlatformType
from platforms.errors import Gone, Refusal
from platforms.models import Application, Question, Round, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text

#: What a person decides about a question; ``position`` is its place in its section, counted from 1.
FIELDS = ("section", "text", "help_text", "kind", "options", "least", "types", "required")
#: Per round; the form has some seventy boxes of its own.
MOST = 60
_LABELS = {name: str(Question._meta.get_field(name).verbose_name) for name in FIELDS}  # type: ignore[union-attr]
_NO_RIGHT = "您没有办理补充问题的权限。"
_FIXED = {"kind": "回答方式", "section": "所在部分"}


@transaction.atomic
def add(*, round: Round, values: Mapping[str, Any], by: User, at: datetime, position: int | None = None) -> Question:
    """Add a question to ``round``; ``values`` are by the names in ``FIELDS``, without a ``position`` it comes last.

    ``options`` is text with one option a line, ``least`` the smallest number allowed or None, ``types`` a list of
    platform types; none or all four means all.

    Raises:
        Refusal: ``by`` may not, the round is published, or the values do not fit; the sentence says which.
    """
    _check_may(by, "add")
    row = _open_round(round)
    made = Question(round=row, **_cleaned(values))
    if row.questions.count() >= MOST:
        raise Refusal(f"每个年度最多 {MOST} 个补充问题。")
    _check_text_free(made)
    made.position = _last_place(made) + 1
    made.save(force_insert=True)
    if position is not None:
        _place(made, position)
    told = {label: value for label, value in _as_logged(made).items() if value or label != _LABELS["least"]}
    audit.record(verb="新建补充问题", by=by, at=at, target=made, code=str(row.year), changes=told)
    return made


@transaction.atomic
def change(
    *, question: Question, values: Mapping[str, Any], by: User, at: datetime, position: int | None = None
) -> Question:
    """Change a question; names of ``FIELDS`` that are not in ``values`` stay, so does the place without ``position``.

    Raises:
        Gone: it was deleted.
        Refusal: as for :func:`add`, or it is answered already and the change would take the meaning of an answer.
    """
    _check_may(by, "change")
    row = _locked(question)
    before = _as_logged(row)
    old_section = row.section
    cleaned = _cleaned({name: getattr(row, name) for name in FIELDS} | dict(values))
    _check_answers_keep_their_meaning(row, cleaned)
    for name, value in cleaned.items():
        setattr(row, name, value)
    _check_text_free(row)
    if row.section != old_section:
        row.position = _last_place(row) + 1
    old_place = None if row.section != old_section else row.position
    row.save()
    if position is not None:
        _place(row, position)
    changes = audit.differences(before, _as_logged(row))
    if old_place is not None and row.position != old_place:
        changes["顺序"] = [old_place, row.position]
    if changes:
        audit.record(verb="修改补充问题", by=by, at=at, target=row, code=str(row.round.year), changes=changes)
    return row


@transaction.atomic
def shift(*, question: Question, up: bool, by: User, at: datetime) -> Question:
    """Move a question one place up or down in its section; at the end of the way nothing happens.

    Raises:
        Gone, Refusal: as for :func:`change`.
    """
    _check_may(by, "change")
    row = _locked(question)
    old = _place_of(row)
    _place(row, old - 1 if up else old + 1)
    if row.position != old:
        changes = {"顺序": [old, row.position]}
        audit.record(verb="调整补充问题顺序", by=by, at=at, target=row, code=str(row.round.year), changes=changes)
    return row


@transaction.atomic
def retire(*, question: Question, by: User, at: datetime) -> Question:
    """Ask a question no more; what was answered stays in the versions that hold it.

    Raises:
        Gone, Refusal: as for :func:`change`, or it is retired already.
    """
    return _set_retired(question, True, by=by, at=at)


@transaction.atomic
def reinstate(*, question: Question, by: User, at: datetime) -> Question:
    """Ask a retired question again; what was answered to it before counts again.

    Raises:
        Gone, Refusal: as for :func:`change`, or it is asked already.
    """
    return _set_retired(question, False, by=by, at=at)


@transaction.atomic
def delete(*, question: Question, by: User, at: datetime) -> None:
    """Delete a question that nobody has answered.

    Raises:
        Gone, Refusal: as for :func:`change`, or it is answered.
    """
    _check_may(by, "delete")
    row = _locked(question)
    count = times_answered(row)
    if count:
        raise Refusal(f"这个问题已有 {count} 份申报表回答，不能删除；不再需要的请停用。")
    audit.record(verb="删除补充问题", by=by, at=at, target=row, code=str(row.round.year), reason=row.text)
    row.delete()


@transaction.atomic
def copy(*, source: Round, target: Round, by: User, at: datetime) -> tuple[int, int]:
    """Copy the questions of ``source`` that are asked to ``target``; returns how many were copied and how many not.

    A question whose text ``target`` has already is left out.

    Raises:
        Refusal: ``by`` may not, ``target`` is published or is ``source``, or there is nothing to copy.
    """
    _check_may(by, "add")
    row = _open_round(target)
    if source.pk == row.pk:
        raise Refusal("请选择两个不同的年度。")
    asked = in_form_order(Question.objects.filter(round=source, retired=False))
    if not asked:
        raise Refusal(f"{source.year}年度没有可复制的补充问题。")
    there = set(row.questions.values_list("text", flat=True))
    fresh = [each for each in asked if each.text not in there]
    if len(there) + len(fresh) > MOST:
        raise Refusal(f"每个年度最多 {MOST} 个补充问题，复制后将有 {len(there) + len(fresh)} 个。")
    for each in fresh:
        made = Question(round=row, **{name: getattr(each, name) for name in FIELDS})
        made.position = _last_place(made) + 1
        made.save(force_insert=True)
    changes = {"复制的问题": [[], [each.text for each in fresh]]}
    audit.record(
        verb="复制补充问题", by=by, at=at, target=row, code=str(row.year), reason=f"复制自{source}", changes=changes
    )
    return len(fresh), len(asked) - len(fresh)


def _check_may(by: User, verb: str) -> None:
    if not by.has_perm(f"platforms.{verb}_question"):
        raise Refusal(_NO_RIGHT)


def _open_round(round: Round) -> Round:
    row = locked_round(round)
    if row.status == RoundStatus.PUBLISHED:
        raise Refusal(f"{row.year}年度结果已公布，补充问题不能再变动。")
    # Whatever comes next may change what its drafts lack.
    gap_counts.forget(Application.objects.filter(round=row))
    return row


def _locked(question: Question) -> Question:
    """Return the question as it is now; its round is locked too, so that the order of its questions stands still."""
    round = _open_round(question.round)
    row = Question.objects.select_for_update(of=("self",)).filter(pk=question.pk).first()
    if row is None:
        raise Gone("这个补充问题已被删除。")
    row.round = round
    return row


def _set_retired(question: Question, retired: bool, *, by: User, at: datetime) -> Question:
    _check_may(by, "change")
    row = _locked(question)
    verb = "停用" if retired else "恢复"
    if row.retired == retired:
        raise Refusal(f"这个问题已{verb}，不必再次办理。")
    row.retired = retired
    row.save(update_fields=["retired"])
    changes = {"问题": [row.text, row.text], "停用": ["否" if retired else "是", "是" if retired else "否"]}
    audit.record(verb=f"{verb}补充问题", by=by, at=at, target=row, code=str(row.round.year), changes=changes)
    return row


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    if values["section"] not in {each.slug for each in questions.sections_asked()}:
        raise Refusal("请选择问题所在的部分。")
    if values["kind"] not in QuestionKind.values:
        raise Refusal("请选择回答方式。")
    types = [each for each in PlatformType.values if each in values.get("types", ())]
    if set(values.get("types", ())) - set(PlatformType.values):
        raise Refusal("请从列出的平台类型中选择。")
    options = [
        line.strip() for line in clean_text(_LABELS["options"], values.get("options", ""), most=2000).split("\n")
    ]
    options = [line for line in options if line]
    wrong = questions.option_problem(values["kind"], options)
    if wrong:
        raise Refusal(wrong)
    least = values.get("least")
    if least is not None and values["kind"] != QuestionKind.NUMBER:
        raise Refusal("只有数字的问题填写最小值，请清空最小值或改为数字。")
    return {
        "least": least,
        "section": values["section"],
        # One line: it is the label of a box and the head of a column.
        "text": " ".join(clean_text(_LABELS["text"], values["text"], most=120, required=True).split()),
        "help_text": clean_text(_LABELS["help_text"], values.get("help_text", ""), most=200),
        "kind": values["kind"],
        "options": clean_text(_LABELS["options"], "\n".join(options), most=1000),
        "types": [] if len(types) == len(PlatformType.values) else types,
        "required": bool(values.get("required", False)),
    }


def _check_text_free(row: Question) -> None:
    if Question.objects.filter(round=row.round_id, text=row.text).exclude(pk=row.pk).exists():
        raise Refusal(f"{row.round}已有相同的问题。")


def _check_answers_keep_their_meaning(row: Question, cleaned: Mapping[str, Any]) -> None:
    lost = [each for each in row.choices if each not in cleaned["options"].split("\n")]
    fixed = [label for name, label in _FIXED.items() if cleaned[name] != getattr(row, name)]
    if not (fixed or lost):
        return
    count = times_answered(row)
    if not count:
        return
    what = f"{'和'.join(fixed)}不能再改" if fixed else f"选项“{lost[0]}”不能删去或改写"
    raise Refusal(
        f"这个问题已有 {count} 份申报表回答，{what}，否则已填的回答会失去原意；需要改变的，请停用后另建一个问题。"
    )


def _siblings(row: Question) -> list[Question]:
    return list(Question.objects.filter(round=row.round_id, section=row.section).order_by("position", "pk"))


def _last_place(row: Question) -> int:
    return max((each.position for each in _siblings(row) if each.pk != row.pk), default=0)


def _place_of(row: Question) -> int:
    return [each.pk for each in _siblings(row)].index(row.pk) + 1


def _place(row: Question, position: int) -> None:
    """Put ``row`` at ``position`` of its section, at its ends where that lies outside; the others make room."""
    others = [each for each in _siblings(row) if each.pk != row.pk]
    place = min(max(position, 1), len(others) + 1)
    _number([*others[: place - 1], row, *others[place - 1 :]])


def _number(rows: Iterable[Question]) -> None:
    for place, each in enumerate(rows, start=1):
        if each.position != place:
            each.position = place
            each.save(update_fields=["position"])


def _as_logged(row: Question) -> dict[str, Any]:
    """Return label → value in words of everything that a person decides about ``row``."""
    return {
        _LABELS["section"]: section_of(row.section).title,
        _LABELS["text"]: row.text,
        _LABELS["help_text"]: row.help_text,
        _LABELS["kind"]: row.get_kind_display(),
        _LABELS["options"]: "、".join(row.choices),
        _LABELS["types"]: row.types_in_words(),
        _LABELS["required"]: "是" if row.required else "否",
        _LABELS["least"]: "" if row.least is None else questions.normalise(row.kind, row.least),
    }
