"""The worked example of the readings as a published round: 甲, 乙, 丙, 丁 are the first four regions by code."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from evaluation.models import Publication
from funding.models import AllocationItem, AllocationRelease, AllocationRow, AllocationRun
from funding.readings import Reading
from funding.releases.services import release
from funding.runs.services.runs import check, lock, make_run, sign
from platforms.models import Application, Notice, Round, User
from tests import factories
from tests.evaluation.stage import moment, published_round

JIA, YI, BING, DING = "330203", "330205", "330206", "330211"
EXAMPLE = {
    JIA: {"A": 4, "B": 3, "C": 2, "D": 1},
    YI: {"A": 2, "B": 4, "C": 2, "D": 2},
    BING: {"A": 3, "B": 1, "C": 1},
    DING: {"A": 1, "B": 2, "D": 2},
}
POOL = 15_000_000
#: Reading → amounts of the four, and what is left over.
AMOUNTS = {
    (): ((9_250_000, 0, 5_750_000, 0), 0),
    (("divisor", "all"),): ((5_550_000, 0, 3_450_000, 0), 6_000_000),
    (("totals", "funded"),): ((9_517_857, 0, 5_482_143, 0), 0),
    (("cutoff", "exclusive"),): ((6_306_818, 4_772_727, 3_920_455, 0), 0),
}
AT = datetime(2020, 10, 12, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
#: The document of a release, its day, the day by which counties report the use, and when it is released.
DOCUMENT, DECIDED_ON, USE_DUE_ON = "甬财〔2020〕88号", date(2020, 10, 12), date(2021, 6, 30)
RELEASED_AT = AT + timedelta(days=1)


#: Rounds that stand in each test of a module (``tests/funding/conftest.py``), by name.
STANDING: dict[str, int] = {}


def worked_round() -> Round:
    """The published round of 2020 with the counts of the example."""
    if "worked" in STANDING:
        return Round.objects.get(pk=STANDING["worked"])
    publication: Publication = published_round(EXAMPLE)
    return publication.round


def small_round(year: int = 2020) -> Round:
    """A published round for tests to which the amounts do not matter."""
    if year == 2020 and "small" in STANDING:
        return Round.objects.get(pk=STANDING["small"])
    publication: Publication = published_round({JIA: {"A": 2}, YI: {"A": 1}}, year=year)
    return publication.round


#: What a made-up notice says otherwise than that of 2020: names of grades, points, line, and where one starts.
OTHER_TERMS = {
    "grades": [
        {"code": code, "label": label, "certified": code != "D", "tone": "info"}
        for code, label in (("A", "优秀"), ("B", "良好"), ("C", "合格"), ("D", "不合格"))
    ],
    "money": {"kind": "factor_share", "points": {"A": 50, "B": 20}, "failing": "D", "line": "30%"},
    "readings": {"cutoff": "exclusive"},
}
#: What 甲, 乙, 丙 and 丁 of the example get under it.
OTHER_AMOUNTS = (6_393_443, 4_426_229, 4_180_328, 0)


def other_notice(**terms: Any) -> Notice:
    """An approved notice that differs from that of 2020 in ``OTHER_TERMS`` and in ``terms``."""
    known = factories.notice()
    return Notice.objects.create(
        number="甬测〔2021〕1号", title="测试通知", issuers=known.issuers, issued_on=AT.date(), clauses=known.clauses,
        terms=known.terms | OTHER_TERMS | terms, status="approved", made_at=AT, approved_at=AT,
    )  # fmt: skip


def other_round(notice: Notice, monkeypatch: Any) -> Round:
    """The published round of 2021 with the counts of the example, under ``notice``."""
    with monkeypatch.context() as patch:
        patch.setattr(factories, "notice", lambda: notice)
        publication: Publication = published_round(EXAMPLE, year=2021)
    return publication.round


def draft(round_: Round, by: User, *, pool: int = POOL, **reading: str) -> AllocationRun:
    """A run under the default reading, but for what is named."""
    return make_run(round=round_, pool_yuan=pool, reading=Reading.of(**reading), by=by, at=AT)


def checked(round_: Round, by: User, **reading: str) -> AllocationRun:
    """A draft that its drafter has checked."""
    return check(run=draft(round_, by, **reading), by=by, at=AT)


def drafter() -> User:
    """Another finance officer, who computes and checks what is to be signed."""
    return User.objects.filter(username="drafter").first() or factories.person("drafter", "finance")


def check_and_sign(run: AllocationRun, by: User, *, at: datetime = AT) -> AllocationRun:
    """Let the drafter of ``run`` check it and ``by`` sign it."""
    return sign(run=check(run=run, by=run.made_by, at=at), by=by, at=at)


def signed(round_: Round, by: User, **reading: str) -> AllocationRun:
    """A run that ``by`` signed; the drafter computed and checked it."""
    return check_and_sign(draft(round_, drafter(), **reading), by)


def locked(round_: Round, first: User, second: User) -> AllocationRun:
    """A run that ``first`` signed and ``second`` locked."""
    return lock(run=signed(round_, first), by=second, at=LATER)


def released(
    round_: Round, first: User, second: User, *, document_number: str = DOCUMENT, decided_on: date = DECIDED_ON
) -> AllocationRelease:
    """The release, by ``second``, of a run that ``first`` signed and ``second`` locked."""
    return release_of(locked(round_, first, second), second, document_number=document_number, decided_on=decided_on)


def release_of(
    run: AllocationRun, by: User, *, document_number: str = DOCUMENT, decided_on: date = DECIDED_ON
) -> AllocationRelease:
    """The release of a locked run."""
    return release(
        run=run, document_number=document_number, decided_on=decided_on, use_due_on=USE_DUE_ON, by=by, at=RELEASED_AT
    )


def withdraw(number: str) -> None:
    """Take one application back behind everybody's back; no service would, once results are public."""
    Application.objects.filter(number=number).update(status="withdrawn", withdrawn_at=moment(2020))


def stored(run: AllocationRun) -> dict[str, Any]:
    """Everything the database holds of the run, to be compared with itself later."""
    run = AllocationRun.objects.get(pk=run.pk)
    facts = {field.attname: getattr(run, field.attname) for field in run._meta.concrete_fields}
    return facts | {
        "rows": list(AllocationRow.objects.filter(run=run).order_by("pk").values()),
        "items": list(AllocationItem.objects.filter(run=run).order_by("pk").values()),
    }


def amounts(run: AllocationRun, *codes: str) -> tuple[int, ...]:
    """What the regions of ``codes`` (甲, 乙, 丙, 丁 if none are named) get."""
    found = dict(run.rows.values_list("code", "amount_yuan"))
    return tuple(found[code] for code in codes or (JIA, YI, BING, DING))
