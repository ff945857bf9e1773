"""The clauses that the product cites, by key; what a notice prints for a key is data of the notice. Pure.

A screen or a sentence names a clause by its key, and the number that people read comes from the notice that the page is
about (``with citing(...)``), else from the one in use. It works as a language does: one active notice a request.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

#: Every clause that code cites, with what it is about. A notice gives each a number (N01 to N41 in docs/clauses.md).
KEYS: Mapping[str, str] = {
    "purpose": "窗口平台的定位",
    "conditions": "基本条件",
    "conditions.venue": "标识命名和场地设施",
    "conditions.team": "运营管理团队",
    "conditions.linked": "互联互通和服务数据",
    "conditions.free": "免费提供公益性服务",
    "conditions.activities": "服务活动和宣传",
    "conditions.rules": "服务管理制度和公开",
    "sites": "建设目标及对象",
    "sites.zones": "功能区窗口平台",
    "sites.towns": "乡镇（街道）窗口平台",
    "sites.parks": "小微企业园窗口平台",
    "sites.industries": "重点行业窗口平台",
    "phases": "申报建设流程",
    "phases.filing": "申报",
    "phases.linking": "联通与整改",
    "phases.trial": "试运行",
    "phases.evaluation": "绩效评价和认定",
    "funding": "支持金额及管理",
    "funding.scores": "不予支持和得分",
    "funding.weights": "资金分配权重",
    "validity": "认定有效期",
    "ban": "撤销后不受理申报",
    "grounds": "撤销情形",
    "duties.planning": "规划管理和监督",
    "duties.hubs": "枢纽平台的职责",
    "duties.recognition": "上级认定和示范",
}

#: Gives the number that the notice with this id prints for a key.
Resolver = Callable[[int | None, str], str]
InUse = Callable[[], int | None]


@dataclass(slots=True)
class _Here:
    """The notice that a request or a block cites; ``ask`` says which one it is, when it is first cited."""

    notice: int | None = None
    ask: InUse | None = None


_active: ContextVar[_Here | None] = ContextVar("notice", default=None)
_resolvers: list[tuple[Resolver, InUse]] = []


class ClausesError(ValueError):
    """Clauses that cannot be; ``problems`` holds a place and a Chinese sentence each."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("".join(sentence for _, sentence in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause as a notice prints it: ``number`` such as 三·(一), ``text`` what it says."""

    key: str
    number: str
    text: str


def read(data: Any) -> tuple[Clause, ...]:
    """Return the clauses that ``data`` holds: a list of ``key``, ``number`` and ``text``.

    Raises:
        ClausesError: a key that is cited has no number, one stands there twice, or a number or text is too long.
    """
    problems: list[tuple[str, str]] = []
    found: dict[str, Clause] = {}
    for at, row in enumerate(data if isinstance(data, list) else [], start=1):
        place = f"clauses.{at}"
        row = row if isinstance(row, Mapping) else {}
        key, number, text = (str(row.get(name, "")).strip() for name in ("key", "number", "text"))
        if not key or key in found:
            problems.append((place, f"条款代号“{key}”为空或重复。"))
            continue
        if not 0 < len(number) <= 20:
            problems.append((f"{place}.number", f"“{KEYS.get(key, key)}”的条款号应为1至20个字，例如三·（一）。"))
        if len(text) > 4000:
            problems.append((f"{place}.text", f"“{KEYS.get(key, key)}”的条文不能超过4000字。"))
        found[key] = Clause(key, number, text)
    problems += [("clauses", f"缺少“{label}”（{key}）的条款号。") for key, label in KEYS.items() if key not in found]
    if problems:
        raise ClausesError(problems)
    return tuple(found.values())


def resolve_with(resolver: Resolver, in_use: InUse) -> None:
    """Let ``resolver`` say what is printed, ``in_use`` which notice is in use; called once where the apps are ready."""
    _resolvers[:] = [(resolver, in_use)]


@contextmanager
def citing(notice: int | None) -> Iterator[None]:
    """Cite the notice with this id inside the block; for None the one in use, which is asked for once."""
    token = _active.set(_Here(notice))
    try:
        yield
    finally:
        _active.reset(token)


def activate(notice: int | None = None, ask: InUse | None = None) -> None:
    """Cite the notice with this id from now on in this request; a page calls it once it knows its round.

    With ``ask`` it is looked up when something is cited first: a page that cites nothing pays nothing. None from both
    is the notice in use.
    """
    _active.set(_Here(notice, ask))


def is_chosen() -> bool:
    """Say whether this request has said which notice it cites."""
    here = _active.get()
    return here is not None and (here.notice is not None or here.ask is not None)


def active() -> int | None:
    """Return the id of the notice that is cited now; None before the first notice is there."""
    in_use = _resolvers[0][1]
    here = _active.get()
    if here is None:
        # Outside of any block nothing says for how long an answer would hold.
        return in_use()
    if here.notice is None and here.ask is not None:
        here.notice = here.ask()
    if here.notice is None:
        here.notice = in_use()
    return here.notice


def cite(key: str) -> str:
    """Return the printed number of the clause ``key`` in the active notice.

    Raises:
        KeyError: code cites a key that is not in :data:`KEYS`.
    """
    if key not in KEYS:
        raise KeyError(key)
    return _resolvers[0][0](active(), key)


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence with a ``{}`` for each of ``keys``; it reads with the numbers of the notice active at that moment."""

    text: str
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return self.text.format(*map(cite, self.keys))


def cited(text: str, *keys: str) -> Cited:
    """Return a sentence that cites ``keys``, in the order of its ``{}``, when it is read.

    Raises:
        KeyError: as for :func:`cite`, at once and not first on a page.
    """
    for key in keys:
        if key not in KEYS:
            raise KeyError(key)
    return Cited(text, keys)
