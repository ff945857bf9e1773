"""Thirty of everything, put into the tables at once, to count what a list asks the database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from evaluation.models import (
    Amendment,
    Article,
    Assessment,
    Evaluation,
    Flag,
    Hearing,
    NoticeLine,
    Objection,
    Publication,
    PublicationPlan,
    PublicNotice,
    Result,
    RevocationProposal,
    Scheme,
    SiteVisit,
)
from funding.models import AllocationRelease, AllocationRow, AllocationRun, Payment, PaymentBatch
from platforms.applications.naming import DEFAULT_RULES
from platforms.models import (
    Activity,
    ApiToken,
    Ban,
    BanRelief,
    Batch,
    CalendarDay,
    Complaint,
    FilingException,
    GoodExample,
    Ground,
    Invitation,
    Liaison,
    Mail,
    NamingRule,
    Notice,
    PeriodicReturn,
    Platform,
    Question,
    Quota,
    Region,
    RegionChange,
    ReturnSchedule,
    Round,
    TaskTemplate,
    User,
)
from tests import factories
from tests.access.judged import many_judged
from tests.evaluation.public_notice.noticed import opened
from tests.evaluation.stage import graded_round, published_round

MANY = 30
AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def thirty_of_everything() -> dict[str, User]:
    """Fill every list with at least thirty rows; returns who reads them."""
    regions = list(factories.regions().values())
    cast = {name: factories.person(name, name) for name in ("city", "finance", "auditor", "security")}
    cast["own"] = factories.officer("yinzhou", Region.objects.get(code="330212"))
    published_round({"330212": {"A": MANY}, "330282": {"B": 2}, "HY": {"A": 1}}, year=2025)
    many_judged(
        Evaluation.objects.get(round=graded_round({"330212": {"scored": MANY, "draft": MANY}}, year=2026)), MANY
    )
    rounds = Round.objects.bulk_create(
        Round(
            notice=factories.notice(),
            year=year,
            title=f"{year}年度",
            cap_yuan=1,
            report_due_on=date(year, 4, 17),
            status="published",
        )
        for year in range(2040, 2040 + MANY)
    )
    for round_ in rounds[:2]:
        Quota.objects.bulk_create(Quota(round=round_, region=region, places=3) for region in regions)
        Liaison.objects.bulk_create(
            Liaison(round=round_, region=region, name="赵", post="科长", phone="1") for region in regions
        )
    # A county sees its own one in each round.
    Quota.objects.bulk_create(Quota(round=round_, region=cast["own"].region, places=3) for round_ in rounds[2:])
    Liaison.objects.bulk_create(
        Liaison(round=round_, region=cast["own"].region, name="赵", post="科长", phone="1") for round_ in rounds[2:]
    )
    Question.objects.bulk_create(
        Question(round=rounds[n % 2], section="venue", text=f"问{n}", kind="text", position=n + 1) for n in range(MANY)
    )
    TaskTemplate.objects.bulk_create(
        TaskTemplate(round=rounds[n % 2], phase=2, title=f"任务{n}", proof="完成", due_on=date(2040, 5, 1))
        for n in range(MANY)
    )
    Notice.objects.bulk_create(
        Notice(
            number=f"某创办〔2040〕{n}号", title="草稿", issued_on=date(2040, 1, 10), made_at=AT,
            terms=factories.notice().terms, clauses=factories.notice().clauses,
        )
        for n in range(MANY)
    )  # fmt: skip
    RegionChange.objects.bulk_create(
        RegionChange(
            kind="merge", effective_on=date(2020, 1, 1), main=regions[0], document_number=f"{n}号", reason="调整",
            carried={}, decided_at=AT, decided_by=cast["city"],
        )
        for n in range(MANY)
    )  # fmt: skip
    CalendarDay.objects.bulk_create(CalendarDay(day=date(2040, 1, 1 + n), kind="free") for n in range(MANY))
    NamingRule.objects.bulk_create(NamingRule(type=kind, pattern=rule) for kind, rule in DEFAULT_RULES.items())
    ApiToken.objects.bulk_create(
        ApiToken(
            token_hash=f"{number:064d}", hint="令牌", region=cast["own"].region, issued_at=AT,
            expires_at=AT,
        )
        for number in range(MANY)
    )  # fmt: skip
    Mail.objects.bulk_create(
        Mail(
            kind="reminder", round=rounds[n], region=cast["own"].region, recipient="联络员", subject=f"催报{n}",
            body="请", created_at=AT, created_by=cast["city"],
        )
        for n in range(MANY)
    )  # fmt: skip
    # A county's own, one each in a round of its own.
    common: dict[str, Any] = {"region": cast["own"].region}
    Batch.objects.bulk_create(
        Batch(round=round_, number=f"SB{round_.year}", sequence=1, reported_at=AT, reported_by=cast["own"], **common)
        for round_ in rounds
    )
    FilingException.objects.bulk_create(
        FilingException(
            round=round_, reason="推迟", ends_on=date(2026, 5, 3), granted_at=AT, granted_by=cast["city"], **common
        )
        for round_ in rounds
    )
    platforms = list(Platform.objects.filter(region=cast["own"].region))
    Complaint.objects.bulk_create(
        Complaint(
            number=f"TS{n:010d}", lookup_hash=str(n), platform=platforms[n % len(platforms)], text="投诉",
            enterprise="企业", contact_name="张", contact_phone="1", received_at=AT - timedelta(hours=n),
            sender_hash="x", text_hash=str(n),
        )
        for n in range(MANY)
    )  # fmt: skip
    notice = factories.notice()
    Ground.objects.bulk_create(
        Ground(
            number=f"CX-{n:04d}", platform=platforms[n % len(platforms)], notice=notice, ground="other", text="事实",
            happened_on=date(2026, 1, 1), source="rectification", source_key=f"many-{n}", noted_at=AT,
        )
        for n in range(MANY)
    )  # fmt: skip
    Ban.objects.bulk_create(
        Ban(
            operator_code=factories.credit_code(n), starts_on=date(2026, 1, 1), ends_on=date(2029, 1, 1), reason="作假"
        )
        for n in range(MANY)
    )  # fmt: skip
    day: dict[str, Any] = {"effective_on": AT.date(), "proposed_at": AT, "proposed_by": cast["city"]}
    BanRelief.objects.bulk_create(
        BanRelief(number=f"JC-{n:04d}", ban=ban, kind="lift", reason="依据不足", **day)
        for n, ban in enumerate(Ban.objects.all())
    )
    Hearing.objects.bulk_create(
        Hearing(
            number=f"GZ-{n:04d}", kind="revocation", platform=platforms[n], recipient="单位", intended="拟撤销认定",
            reasons="查实", answer_by=date(2026, 4, 17), token_hash=f"{n:064d}", sent_at=AT, sent_by=cast["city"],
        )
        for n in range(MANY)
    )  # fmt: skip
    RevocationProposal.objects.bulk_create(
        RevocationProposal(
            number=f"CS-{n:04d}", platform=told.platform, notice=notice, ground="other", reason="查实", hearing=told,
            **day,
        )
        for n, told in enumerate(Hearing.objects.select_related("platform"))
    )  # fmt: skip
    lines = Result.objects.filter(platform__in=platforms, publication__round__year=2025)
    Amendment.objects.bulk_create(
        Amendment(
            number=f"GZB-{n:04d}", kind="change", platform_id=line.platform_id, result=line, reason="搬迁",
            changes={"address": ["旧", "新"]}, public_reason="搬迁", **day,
        )
        for n, line in enumerate(lines[:MANY])
    )  # fmt: skip
    judged = list(Assessment.objects.filter(evaluation__round__year=2026))
    Flag.objects.bulk_create(
        Flag(
            number=f"HS-{n:04d}", assessment=judged[n], kind="visit", for_whom="county", text="核实面积",
            due_on=date(2026, 4, 17), raised_at=AT, raised_by=cast["city"],
        )
        for n in range(MANY)
    )  # fmt: skip
    SiteVisit.objects.bulk_create(
        SiteVisit(
            number=f"XC-{n:04d}", assessment=judged[n], side="county", visited_on=date(2026, 4, 9), people="赵、钱",
            findings="场地属实", recorded_at=AT, recorded_by=cast["own"],
        )
        for n in range(MANY)
    )  # fmt: skip
    to = opened(Round.objects.get(year=2026))
    Objection.objects.bulk_create(
        Objection(
            number=f"YY-{n:04d}", lookup_hash=str(n), notice=to, assessment=judged[n], channel="form", name="企业",
            region=cast["own"].region, phone="1", text="异议", received_at=AT, due_on=date(2026, 9, 18),
            status="assigned", assigned_to=cast["city"], assigned_at=AT,
        )
        for n in range(MANY)
    )  # fmt: skip
    NoticeLine.objects.bulk_create(
        NoticeLine(
            notice=to, assessment=judged[n], code=f"P-{n:02d}", name="平台", type="town", region=cast["own"].region,
            site_name="镇", operator_name="中心", grade="D", is_public=False, reasons="不具备基本条件", made_at=AT,
            made_by=cast["city"],
        )
        for n in range(MANY)
    )  # fmt: skip
    PublicNotice.objects.bulk_create(
        PublicNotice(
            number=f"GS-2040-{n:04d}", round=rounds[n], status="withdrawn", organiser="市经信局", phone="1",
            working_days=5, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 8), basis="0" * 64, reason="评价完成",
            proposed_at=AT, proposed_by=cast["city"], decided_at=AT, decided_by=cast["city"],
        )
        for n in range(MANY)
    )  # fmt: skip
    User.objects.bulk_create(
        User(username=f"u{n}", name="员", role="county", region=regions[n % len(regions)]) for n in range(MANY)
    )
    for n in range(MANY):
        factories.park(regions[n % len(regions)] if n % 2 else cast["own"].region, f"第{n}园")
    _held_and_due(rounds, platforms, cast)
    _judged_and_funded(rounds, cast)
    return cast


def _held_and_due(rounds: list[Round], platforms: list[Platform], cast: dict[str, User]) -> None:
    """Thirty activities with an invitation each, schedules with a return each, and examples."""
    city = cast["city"]
    GoodExample.objects.bulk_create(
        GoodExample(platform=platforms[n], title=f"案例{n}", text="走访", edited_at=AT, edited_by=city)
        for n in range(MANY)
    )
    Article.objects.bulk_create(
        Article(title=f"动态{n}", summary="摘要", text="正文", edited_at=AT, edited_by=city) for n in range(MANY)
    )
    schedules = ReturnSchedule.objects.bulk_create(
        ReturnSchedule(
            round=rounds[n], title="月报", period="once", starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 1)
        )
        for n in range(MANY)
    )
    PeriodicReturn.objects.bulk_create(
        PeriodicReturn(schedule=each, platform=platforms[n], key="once", label="一次", due_on=date(2026, 6, 1))
        for n, each in enumerate(schedules)
    )
    # The sheet is about one schedule: the one that stands first has a return of each platform.
    first = ReturnSchedule.objects.order_by("-round__year", "title")[0]
    others = [each for each in platforms[:MANY] if not PeriodicReturn.objects.filter(schedule=first, platform=each)]
    PeriodicReturn.objects.bulk_create(
        PeriodicReturn(schedule=first, platform=each, key="once", label="一次", due_on=date(2026, 6, 1))
        for each in others
    )
    held = Activity.objects.bulk_create(
        Activity(
            number=f"HD-2026-{n:04d}", region=None, organiser="city_hub", kind="policy",
            service_class="law", title="宣讲", held_on=date(2026, 6, 1), place="大厅", planned_at=AT,
            planned_by=cast["own"],
        )
        for n in range(MANY)
    )  # fmt: skip
    Invitation.objects.bulk_create(
        Invitation(activity=each, platform=platforms[n], invited_at=AT, invited_by=cast["own"])
        for n, each in enumerate(held)
    )


def _judged_and_funded(rounds: list[Round], cast: dict[str, User]) -> None:
    schemes = Scheme.objects.bulk_create(Scheme(notice=factories.notice(), name=f"方案{n}") for n in range(MANY))
    Evaluation.objects.bulk_create(
        Evaluation(
            round=round_, scheme=scheme, started_at=AT, started_by=cast["city"], self_reports_by=AT.date(),
            first_scores_by=AT.date(),
        )
        for round_, scheme in zip(rounds, schemes, strict=True)
    )  # fmt: skip
    plans = PublicationPlan.objects.bulk_create(
        PublicationPlan(
            number=f"GB-{round_.year}-0001", round=round_, decided_on=date(2026, 1, 1), basis="0" * 64,
            proposed_at=AT, proposed_by=cast["city"],
        )
        for round_ in rounds
    )  # fmt: skip
    Publication.objects.bulk_create(
        Publication(round=plan.round, plan=plan, decided_on=plan.decided_on, published_at=AT, published_by=cast["city"])
        for plan in plans
    )
    run: dict[str, Any] = {"pool_yuan": 9, "allocated_yuan": 0, "unallocated_yuan": 9, "made_at": AT}
    AllocationRun.objects.bulk_create(
        AllocationRun(round=round_, number=f"{round_.year}-ZJ-01", made_by=cast["finance"], **run) for round_ in rounds
    )
    _released(rounds, cast, run)


def _released(rounds: list[Round], cast: dict[str, User], run: dict[str, Any]) -> None:
    """A second run of each round, locked and released, with a row of the county that reads it."""
    finance, signer = cast["finance"], cast["city"]
    made = AllocationRun.objects.bulk_create(
        AllocationRun(
            round=round_, number=f"{round_.year}-ZJ-02", status="signed", made_by=finance, checked_by=finance,
            checked_at=AT, signed_by=signer, signed_at=AT, digest="0", **run,
        )
        for round_ in rounds
    )  # fmt: skip
    region = cast["own"].region
    assert region is not None
    AllocationRow.objects.bulk_create(
        AllocationRow(run=each, region=region, label=region.name, code=region.code, declared=1, amount_yuan=900)
        for each in made
    )
    AllocationRun.objects.filter(pk__in=[each.pk for each in made]).update(
        status="locked", locked_by=finance, locked_at=AT
    )
    AllocationRelease.objects.bulk_create(
        AllocationRelease(
            run=each, document_number=f"甬财〔2040〕{n + 1}号", decided_on=AT.date(), use_due_on=AT.date(),
            released_at=AT, released_by=finance,
        )
        for n, each in enumerate(made)
    )  # fmt: skip
    _paid(AllocationRelease.objects.order_by("pk")[0], cast)


def _paid(release: AllocationRelease, cast: dict[str, User]) -> None:
    """Batches of one yuan for the county that reads it, all of them waiting."""
    region = cast["own"].region
    assert region is not None
    batches = PaymentBatch.objects.bulk_create(
        PaymentBatch(
            number=f"BF-{n:02d}", release=release, document_number="甬财〔2026〕9号", paid_on=date(2026, 4, 11),
            reason="拨付", proposed_at=AT, proposed_by=cast["city"],
        )
        for n in range(MANY)
    )  # fmt: skip
    Payment.objects.bulk_create(Payment(batch=batch, region=region, amount_yuan=1) for batch in batches)
