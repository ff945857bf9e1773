"""The named figures of a counted period: what each one is called, what exactly it counts, and how it becomes a number.

An evaluation asks for a figure by its key. How the rows of a figure are found is another file's matter
(``platforms.workbench.queries.counting``).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

_CENT = Decimal("0.01")
#: Sums over rows are taken modulo this prime, so that they fit the integers of both databases.
PRIME = 2**31 - 1


class Kind(StrEnum):
    """How a figure becomes a number: how many rows, how many different values, their sum, or a part in percent."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    SHARE = "share"


@dataclass(frozen=True)
class Figure:
    """One named figure.

    ``group``, ``label`` and ``unit`` are for people; ``meaning`` is the sentence that says what is counted, by which
    day, and what is left out. ``part`` says of a share what its rows have to be, as the head of a column.
    ``more_is_better`` is None where the figure says nothing for or against a platform.
    """

    key: str
    group: str
    label: str
    unit: str
    kind: Kind
    more_is_better: bool | None
    meaning: str
    part: str = ""


SERVICES, CALLS, ACTIVITIES = "服务记录", "回访", "活动"
TASKS, RETURNS, RECTIFICATIONS, COMPLAINTS = "阶段任务", "定期报送", "整改", "投诉"
#: What an enterprise has to say at least, of 1 to 5, to be satisfied.
SATISFIED = 4

_ALL = (
    Figure(
        "counted_services", SERVICES, "服务记录", "条", Kind.COUNT, True,
        "服务日期在统计期间内的服务记录条数，已作废的不计。",
    ),
    Figure(
        "counted_enterprises", SERVICES, "服务企业", "家", Kind.DISTINCT, True,
        "服务日期在统计期间内的服务记录所服务的企业，同一家企业只计一次，已作废的记录不计。",
    ),
    Figure(
        "counted_classes", SERVICES, "服务类别", "类", Kind.DISTINCT, True,
        "服务日期在统计期间内至少有一条服务记录的服务类别，同一类别只计一次，已作废的记录不计。",
    ),
    Figure(
        "counted_free", SERVICES, "公益性服务记录", "条", Kind.COUNT, True,
        "服务日期在统计期间内、登记为公益性服务的服务记录条数，登记了收费的也计入，已作废的不计。",
    ),
    Figure(
        "counted_free_kinds", SERVICES, "公益性服务种类", "种", Kind.DISTINCT, True,
        "服务日期在统计期间内至少有一条服务记录的公益性服务种类，同一种类只计一次，已作废的记录不计。",
    ),
    Figure(
        "counted_free_share", SERVICES, "公益性服务占比", "%", Kind.SHARE, True,
        "服务日期在统计期间内的服务记录中，登记为公益性服务的所占百分比，已作废的不计，没有服务记录的不计算。",
        "是否公益性服务",
    ),
    Figure(
        "counted_fees", SERVICES, "公益性服务收费的记录", "条", Kind.COUNT, False,
        "服务日期在统计期间内、登记为公益性服务又登记了收费的服务记录条数，已作废的不计。",
    ),
    Figure(
        "counted_follow_ups", CALLS, "已作的回访", "次", Kind.COUNT, None,
        "所回访的服务的日期在统计期间内、已登记结果的回访次数，未接通和拒绝回访的也计入，尚未回访的不计。",
    ),
    Figure(
        "counted_satisfaction", CALLS, "回访满意率", "%", Kind.SHARE, True,
        "所回访的服务的日期在统计期间内、企业在回访中确认属实并说了满意度的回访中，"
        f"满意度为 {SATISFIED} 分及以上的所占百分比，没有这样的回访的不计算。",
        "是否满意",
    ),
    Figure(
        "counted_differences", CALLS, "与记录不符的回访", "条", Kind.COUNT, False,
        "所回访的服务的日期在统计期间内、企业所述与服务记录不符的回访条数，未接通和拒绝回访的不会不符。",
    ),
    Figure(
        "counted_activities", ACTIVITIES, "举办并总结的活动", "场", Kind.COUNT, True,
        "活动日期在统计期间内、由该平台举办并已总结的活动场数，未总结和已取消的不计。",
    ),
    Figure(
        "counted_attendance", ACTIVITIES, "活动参加人次", "人次", Kind.SUM, True,
        "活动日期在统计期间内、由该平台举办并已总结的活动的参加人数合计，未总结和已取消的不计。",
    ),
    Figure(
        "counted_attended", ACTIVITIES, "参加的统筹活动", "场", Kind.COUNT, True,
        "活动日期在统计期间内、该平台受邀并实际参加的活动场数，以活动总结为准，已取消的活动不计。",
    ),
    Figure(
        "counted_answered", ACTIVITIES, "枢纽平台活动邀请答复率", "%", Kind.SHARE, True,
        "活动日期在统计期间内的枢纽平台活动邀请中，已答复的所占百分比，答复参加、不参加和逾期答复的都算已答复，"
        "已取消的活动不计，没有邀请的不计算。",
        "是否已答复",
    ),
    Figure(
        "counted_refused", ACTIVITIES, "拒绝的枢纽平台活动", "场", Kind.COUNT, False,
        "活动日期在统计期间内、该平台答复不参加的枢纽平台活动场数，未答复的不计，已取消的活动不计。",
    ),
    Figure(
        "counted_tasks", TASKS, "阶段任务按期完成率", "%", Kind.SHARE, True,
        "完成期限在统计期间内的阶段任务中，在期限当日及以前完成的所占百分比，统计时未完成的算未按期，"
        "不再适用的任务不计，没有任务的不计算。",
        "是否按期完成",
    ),
    Figure(
        "counted_returns", RETURNS, "定期报送按时率", "%", Kind.SHARE, True,
        "报送期限在统计期间内的定期报送中，按时报送的所占百分比，统计时未报送的算未按时，没有应报送的不计算。",
        "是否按时报送",
    ),
    Figure(
        "counted_late_returns", RETURNS, "逾期或未报送的定期报送", "份", Kind.COUNT, False,
        "报送期限在统计期间内的定期报送中，逾期报送的和已结束仍未报送的份数，尚未结束又未报送的不计。",
    ),
    Figure(
        "counted_rectifications", RECTIFICATIONS, "下发的整改", "项", Kind.COUNT, False,
        "下发日期在统计期间内的整改项数，已撤销的不计。",
    ),
    Figure(
        "verified_complaints", COMPLAINTS, "核查属实的投诉", "件", Kind.COUNT, False,
        "收到日期在统计期间内、已认定为核查属实的投诉件数，何时认定不影响计数，并案的只计主案。",
    ),
)  # fmt: skip

#: By key, in the order in which people read them.
FIGURES: Mapping[str, Figure] = {figure.key: figure for figure in _ALL}


@dataclass(frozen=True)
class Sums:
    """What a database says of the rows of one figure.

    ``rows`` is their number. ``amount`` is how many different values they have, the sum of these, or how many rows
    belong to the part, as the kind of the figure asks. ``first`` and ``second`` are two sums over all of them to which
    each row adds a number made of its key and its counted value.
    """

    rows: int = 0
    amount: int = 0
    first: int = 0
    second: int = 0


@dataclass(frozen=True)
class Tally:
    """What a figure came to for one platform.

    ``value`` has two decimals for a share, which is None without rows, and is whole otherwise. ``rows`` is the number
    of the records behind it. ``digest`` is a SHA-256 in hex of which records these are and what they say in the
    counted column: whoever keeps it can tell later whether the same records are still behind the figure.
    """

    value: Decimal | None
    rows: int
    digest: str


def tally_of(figure: Figure, sums: Sums) -> Tally:
    """Return what ``figure`` comes to by ``sums``."""
    text = f"{figure.key} {sums.rows} {sums.first} {sums.second}"
    return Tally(value_of(figure, sums), sums.rows, hashlib.sha256(text.encode()).hexdigest())


def value_of(figure: Figure, sums: Sums) -> Decimal | None:
    """Return the value alone, for which the two sums of the digest are not needed."""
    if figure.kind is Kind.COUNT:
        return Decimal(sums.rows)
    if figure.kind is not Kind.SHARE:
        return Decimal(sums.amount)
    if not sums.rows:
        return None
    return (Decimal(100 * sums.amount) / sums.rows).quantize(_CENT, ROUND_HALF_UP)


def number_of(word: str) -> int:
    """Return the number below :data:`PRIME` that stands for ``word`` in the sums, whatever other words there are."""
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:8]) % PRIME
