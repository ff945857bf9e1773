"""How platforms are linked, in the words of the desk: rows of the list and of its file, the table by region."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from platforms.choices import PlatformType
from platforms.models import ApiToken
from platforms.moments import moment
from platforms.pages.lists import TODAY, Column, Counted, Value, day, region, short, short_name, site, when, word
from platforms.system_links.queries import ACTIVE, SILENT, STATES, UNLINKED, Figures, added, level_of

TONES = {UNLINKED: "bad", SILENT: "wait", ACTIVE: "good"}


def state_of(state: str, finding: int | None, quiet_since: date | None, today: date) -> dict[str, str]:
    """Return label and tone of how a platform stands, from the fields of ``queries.link_states.standing``."""
    label = STATES[state]
    if state == SILENT:
        label = f"{label}，已 {quiet_days(quiet_since, today)} 天"
    elif state == UNLINKED and finding is None:
        label = "未联通（没有登记）"
    return {"label": label, "tone": TONES[state]}


def quiet_days(quiet_since: date | None, today: date) -> int:
    """Return for how many days nothing came from a linked platform."""
    return max(0, (today - quiet_since).days) if quiet_since else 0


def last_of(served_on: date | None, received_at: datetime | None) -> str:
    """Return the last service of a platform and when it came in."""
    return f"{served_on:%Y-%m-%d}（{moment(received_at)}登记）" if served_on else "没有记录"


def _if_linked(name: str, make: Callable[..., Any]) -> Value:
    return Value(("is_linked", name, TODAY), lambda linked, value, today: make(value, today) if linked else "")


def _linked_day(linked: bool, on: date | None) -> date | str:
    return on if linked and on else ""


NAME = Column("窗口平台", short_name())
LINKED_ON = Column(
    "联通日期",
    replace(_if_linked("link_on", lambda on, _: on.isoformat()), in_file=Value(("is_linked", "link_on"), _linked_day)),
)
LEVEL, METHOD = Column("类型", Value(("type",), level_of)), Column("联通方式", "link_method")
COLUMNS = (
    NAME,
    Column("地区", region(), city=True),
    Column("状态", Value(("state", "finding", "quiet_since", TODAY), state_of)),
    LEVEL,
    LINKED_ON,
    METHOD,
    Column("最近一条服务", Value(("last_served_on", "last_received_at"), last_of)),
    Column("说明", short("link_note", 30)),
)
FILE_COLUMNS = (
    Column("平台编号", "code"),
    NAME,
    LEVEL,
    Column("地区", region()),
    Column("地点", site()),
    Column("状态", word("state", STATES)),
    LINKED_ON,
    METHOD,
    Column("说明", "link_note"),
    Column("最近服务日期", day("last_served_on")),
    Column("最近登记时间", when("last_received_at")),
    Column("近期无服务记录天数", _if_linked("quiet_since", quiet_days)),
)


def line_of(figures: Mapping[str, Figures], **more: Any) -> Counted:
    """Return a line of the table by region of its ``figures`` by type of platforms."""
    total = added(figures.values())
    counts = {name: getattr(total, name) for name in ("total", "linked", UNLINKED, SILENT)}
    return {**counts, **{kind: each_of(each) for kind, each in figures.items()}, **more}


def levels_of(counted: Mapping[tuple[str, str], Figures]) -> list[dict[str, Any]]:
    """Return the sums by type of platforms."""
    return [
        {"label": level_of(kind), "total": added(each for (_, own), each in counted.items() if own == kind)}
        for kind in PlatformType.values
        if any(own == kind for _, own in counted)
    ]


def each_of(figures: Figures) -> str:
    """Return linked of all, nothing where there are none."""
    return f"{figures.linked}/{figures.total}" if figures.total else ""


def hub_words(token: ApiToken | None) -> str:
    """Return how the hub of a county reaches the interface."""
    if token is None:
        return "未申领令牌"
    if token.last_used_at is None:
        return "已申领，未使用"
    return f"最近报送 {moment(token.last_used_at)}"
