"""Notices: entered, sent for approval, approved by another officer, or loaded from the reference files."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from platforms.audit.services import audit
from platforms.errors import Refusal, check_seen
from platforms.models import Notice, User
from platforms.moves import apply_move, check_may_move
from platforms.notices import content
from platforms.notices.choices import NoticeStatus
from platforms.notices.labels import place_label
from platforms.notices.queries import CHECKS
from platforms.notices.terms import USUAL_NUMBERS
from platforms.notices.workflow import NOTICE
from platforms.text import clean_text

STALE = "这份通知在您打开之后已被他人保存，请刷新页面后再修改。"
_PARTS = ("title", "issuers", "issued_on", "clauses", "terms")


def check_content(terms_data: Mapping[str, Any], clauses_data: Any) -> None:
    """Judge a notice as a whole, what the apps above read in it included.

    Raises:
        ContentError: with every place that cannot be.
    """
    value, _ = content.read(terms_data, clauses_data)
    problems = [problem for check in CHECKS for problem in check(value)]
    if problems:
        raise content.ContentError(problems)


@transaction.atomic
def save_draft(
    *,
    notice: Notice | None,
    number: str,
    version: int,
    title: str,
    issuers: Sequence[str],
    issued_on: date,
    clauses: Any,
    terms: Mapping[str, Any],
    replaces: Notice | None,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Notice:
    """Enter a notice, or save the changes of a draft; terms that cannot be are kept too, for somebody to go on.

    Raises:
        StaleVersion: the draft was saved by somebody else since revision ``seen``.
        Refusal: ``by`` may not, the notice is no draft, number or title are missing or too long, or the version of
            this number is there already.
    """
    if not by.has_perm("platforms.change_notice"):
        raise Refusal("您没有录入通知的权限。")
    values = {
        "number": clean_text("文号", number, most=40, required=True),
        "version": version,
        "title": clean_text("标题", title, most=120, required=True),
        "issuers": [clean_text("发文单位", each, most=80) for each in issuers],
        "issued_on": issued_on,
        "clauses": clauses,
        "terms": dict(terms),
        "replaces": replaces,
    }
    row = Notice(made_at=at, revision=0)
    if notice is not None:
        row = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        check_seen(row.revision, seen, STALE)
        if row.status != NoticeStatus.DRAFT:
            raise Refusal("只有编制中的通知可以修改。")
    if Notice.objects.filter(number=values["number"], version=version).exclude(pk=row.pk).exists():
        raise Refusal.of("version", "该文号的这一版本已经录入，请填写下一个版本号。")
    told = _changes(row, values) if row.pk else {"文号": ["", values["number"]], "标题": ["", values["title"]]}
    for name, value in values.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    if told:
        audit.record(verb="修改通知" if notice else "录入通知", by=by, at=at, target=row, code=str(row), changes=told)
    return row


@transaction.atomic
def move_notice(*, notice: Notice, name: str, by: User, at: datetime, reason: str = "") -> Notice:
    """Make the move ``name``: ``propose``, ``send_back`` or ``approve``.

    Raises:
        Gone: the notice is in another status.
        Refusal: what is proposed or approved cannot be, ``by`` may not, a reason is missing, or ``by`` approves what
            they sent for approval themselves.
    """
    move = check_may_move(workflow=NOTICE, name=name, by=by, reason=reason)
    row = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    facts: dict[str, Any] = {"proposed_by": None, "proposed_at": None}
    if name != "send_back":
        try:
            check_content(row.terms, row.clauses)
        except content.ContentError as error:
            raise Refusal(f"这份通知还有 {len(error.problems)} 处不符合要求，不能{move.label}：{error}") from error
        facts = {"proposed_by": by, "proposed_at": at}
    if name == "approve":
        if row.proposed_by_id == by.pk:
            raise Refusal("送审人不能批准自己送审的通知，请由另一位经办人批准。")
        facts = {"approved_by": by, "approved_at": at}
    apply_move(row, move=move, guard={"revision": row.revision}, **facts)
    audit.record(
        verb=f"{move.label}通知" if name != "send_back" else "退回通知",
        by=by,
        at=at,
        target=row,
        code=str(row),
        reason=clean_text("理由", reason, most=400),
    )
    return row


def _changes(row: Notice, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return old and new in words; of terms and clauses each value that differs."""
    told: dict[str, list[Any]] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old == value:
            continue
        if name in ("terms", "clauses"):
            if name == "clauses":
                old, value = content.by_key(old), content.by_key(value)
            for place, before, after in content.differences({name: old}, {name: value}):
                told[place_label(place)] = [_word(before), _word(after)]
        else:
            told[str(Notice._meta.get_field(name).verbose_name)] = [_word(old), _word(value)]  # type: ignore[union-attr]
    return told


def _word(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return "" if value is None else value if isinstance(value, int) else str(value)


@transaction.atomic
def load_notices(*, folder: Path, at: datetime) -> tuple[list[str], int]:
    """Load each ``*.toml`` of ``folder`` as an approved notice; return what was added, and how many were there.

    Raises:
        Refusal: a file is missing or cannot be; or it says something else than the approved notice of this number and
            version, which never changes. Nothing is loaded then.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise Refusal("基础数据文件夹中没有通知文件（notices/*.toml）。")
    added: list[str] = []
    for path in files:
        values = _values_of(path)
        row = Notice.objects.filter(number=values["number"], version=values["version"]).first()
        if row is None:
            row = Notice.objects.create(**values, status=NoticeStatus.APPROVED, made_at=at, approved_at=at)
            added.append(str(row))
        elif row.status == NoticeStatus.APPROVED and any(getattr(row, name) != values[name] for name in _PARTS):
            raise Refusal(f"{path.name}：{row}已批准，不能更改；内容有变的，请在文件中填写下一个版本号。")
    return added, len(files) - len(added)


def _values_of(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Refusal(f"{path.name} 不是 UTF-8 编码的 TOML 文件。") from None
    try:
        values = {name: data[name] for name in ("number", "version", "title", "issuers", "issued_on", "terms")}
        # Written down with the notice: what the city writes later changes nothing of it.
        values["terms"] = {"number_pattern": USUAL_NUMBERS, **values["terms"]}
        rows = data["clauses"].items()
        values["clauses"] = [{"key": key, "number": number, "text": text} for key, (number, text) in rows]
        check_content(values["terms"], values["clauses"])
    except KeyError as error:
        raise Refusal(f"{path.name} 缺少“{error.args[0]}”。") from None
    except (AttributeError, TypeError, ValueError) as error:
        told = str(error) if isinstance(error, content.ContentError) else "条款应写成“代号 = [条款号, 条文]”。"
        raise Refusal(f"{path.name}：{told}") from None
    return values
