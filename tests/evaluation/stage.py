"""Rounds further on their way, for tests of evaluation, funding and the public site.

    publication = published_round({"330212": {"A": 4, "B": 3, "C": 2, "D": 1}, "HY": {"A": 1}})

What is filed is put into the tables at once; evaluation starts and results are published through the services. Keys
beside the grades: ``open`` and ``scored`` for assessments not yet confirmed (``graded_round`` only), and the statuses
``draft``, ``submitted``, ``returned`` for applications that were never accepted.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.utils import timezone

from evaluation.certification.services import plans
from evaluation.marking.choices import AssessmentStatus, SheetKind, SheetStatus
from evaluation.marking.queries.graded import graded
from evaluation.marking.services.entering import decimal_of
from evaluation.marking.services.start import start_evaluation
from evaluation.models import (
    Assessment,
    Certification,
    Evaluation,
    Objection,
    Publication,
    PublicationPlan,
    PublicNotice,
    Scheme,
    Score,
    Sheet,
)
from evaluation.public_notice.services import notices
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Entry, grade
from evaluation.schemes.services import copy_scheme
from platforms.applications.choices import ApplicationStatus, RuleKind
from platforms.choices import FreeService, PlatformType, ServiceClass
from platforms.models import Application, ApplicationVersion, Counter, Notice, Park, Platform, Region, Round, Town, User
from platforms.rounds.choices import RoundStatus
from tests import factories
from tests.factories import default_scheme as load_default_scheme

#: For what a stage leaves behind on purpose.
REASON = "其余的不再等待。"
#: Region key of the key-industry platforms, which belong to the city.
INDUSTRY = "HY"
GRADES = ("A", "B", "C", "D")
Counts = Mapping[str, Mapping[str, int]]

#: Default scheme: what is left at nothing so that the rest adds up to the grade (100, 80, 64 and 30 points).
NOTHING_FOR = {
    "A": (),
    "B": ("enterprises", "services"),
    "C": ("enterprises", "services", "breadth", "events"),
    "D": ("enterprises", "services", "breadth", "events", "free", "satisfaction", "income", "partners"),
}


def moment(year: int) -> datetime:
    """28 September of ``year``, 10:00 in Ningbo."""
    return datetime(year, 9, 28, 2, 0, tzinfo=UTC)


def city_officer() -> User:
    """An officer of the city of its own, so that a stage stands beside the cast of ``conftest``."""
    return User.objects.filter(username="stage").first() or factories.person("stage", "city")


def filed_round(counts: Counts, *, year: int = 2020, notice: Notice | None = None) -> Round:
    """A round with filing closed and, per region, as many applications as ``counts`` adds up to."""
    regions = factories.regions()
    round_ = factories.round_of(year, RoundStatus.EVALUATING, notice=notice)
    by, at = city_officer(), moment(year)
    for code, wanted in counts.items():
        statuses = [_application_status(key) for key, number in wanted.items() for _ in range(number)]
        _file(round_, regions.get(code), statuses, by, at)
    return round_


def file_accepted(round_: Round, counts: Counts, *, at: datetime) -> None:
    """Add to ``round_`` as many accepted applications as ``counts`` adds up to; their grades come later."""
    for code, wanted in counts.items():
        statuses = [_application_status(key) for key, number in wanted.items() for _ in range(number)]
        _file(round_, Region.objects.filter(code=code).first(), statuses, city_officer(), at)


def grade_all_but(evaluation: Evaluation, counts: Counts, number: str) -> None:
    """Confirm the grades of ``counts`` for all assessments but that of application ``number``."""
    for code, wanted in counts.items():
        keys = [key for key, n in wanted.items() for _ in range(n)]
        _grade(evaluation, code, keys, city_officer(), moment(evaluation.round.year), but=number)


def graded_round(
    counts: Counts, *, year: int = 2020, notice: Notice | None = None, over: datetime | None = None
) -> Round:
    """A round whose assessments are confirmed with the grades of ``counts``, ready to be published.

    Its public notice is over before ``over``, 28 September unless told.
    """
    round_ = confirmed_round(counts, year=year, notice=notice)
    announced(round_, at=over)
    return round_


def confirmed_round(counts: Counts, *, year: int = 2020, notice: Notice | None = None) -> Round:
    """A round whose assessments are confirmed with the grades of ``counts``, before any public notice."""
    round_ = filed_round(counts, year=year, notice=notice)
    by, at = city_officer(), moment(year)
    evaluation = started(round_)
    for code, wanted in counts.items():
        keys = [key for key, n in wanted.items() if _application_status(key) == "accepted" for _ in range(n)]
        _grade(evaluation, None if code == INDUSTRY else code, keys, by, at)
    return round_


def announced(round_: Round, *, at: datetime | None = None) -> PublicNotice | None:
    """A public notice of ``round_`` of five working days that was over before ``at``, 28 September unless told.

    None where no platform is graded. What its operators could say of a grade that is not certified they let pass.
    """
    at = (at or moment(round_.year)) - timedelta(days=20)
    if not graded(round_, on=timezone.localdate(at)).exists():
        return None
    return opened(proposed(round_, at=at), at=at)


def proposed(round_: Round, *, by: User | None = None, at: datetime, **values: Any) -> PublicNotice:
    """A notice of ``round_`` that begins on the day of ``at`` and waits for another officer."""
    given = {
        "document_number": f"经信〔{round_.year}〕8号", "organiser": "市经信局", "phone": "0574-87654321",
        "address": "和济街95号", "email": "gs@example.cn", "working_days": 5, "first_day_counts": False,
        "starts_on": timezone.localdate(at), "reason": "评价工作已完成。",
    }  # fmt: skip
    return notices.propose(round=round_, by=by or city_officer(), at=at, **(given | values))


def opened(notice: PublicNotice, *, by: User | None = None, at: datetime) -> PublicNotice:
    """``notice``, opened by another officer."""
    return notices.open_notice(notice=notice, by=by or grader(), at=at)


def objection(notice: PublicNotice, assessment: Assessment | None, *, number: str = "YYTEST1") -> Objection:
    """An objection to ``notice`` about one platform, or about the list as a whole, that nobody looked at yet."""
    return Objection.objects.create(
        number=number, lookup_hash=number, notice=notice, assessment=assessment, channel="form", name="某企业",
        region=assessment.application.region if assessment else None,
        phone="0574-88888888", text="与实际不符。", received_at=notice.decided_at, due_on=notice.ends_on,
    )  # fmt: skip


def started(
    round_: Round, *, by: User | None = None, at: datetime | None = None, first_scores: bool = True, **options: Any
) -> Evaluation:
    """The evaluation of ``round_``, started on 28 September of its year unless told otherwise.

    The units have two weeks for their reports and the counties four for their scores; with ``first_scores`` the
    counties have handed in theirs already.
    """
    at = at or moment(round_.year)
    day = timezone.localdate(at)
    days = {"self_reports_by": day + timedelta(days=14), "first_scores_by": day + timedelta(days=28)}
    settings = {"scheme": scheme_of(round_), "reason": REASON, **days, **options}
    evaluation = start_evaluation(round=round_, by=by or city_officer(), at=at, **settings)
    if first_scores:
        counties_hand_in(evaluation, at=at)
    return evaluation


def counties_hand_in(evaluation: Evaluation, *, at: datetime) -> None:
    """Let the counties have handed in what they have to score first."""
    county = Sheet.objects.filter(assessment__evaluation=evaluation, kind=SheetKind.COUNTY)
    county.update(status=SheetStatus.HANDED_IN, handed_in_by=county_officer(), handed_in_at=at)


def county_officer() -> User:
    """Who hands in for all counties of a stage."""
    found = User.objects.filter(username="county").first()
    return found or factories.person("county", "county", region=factories.regions()["330212"])


def grader() -> User:
    """Another officer of the city: who scored does not confirm."""
    return User.objects.filter(username="grader").first() or factories.person("grader", "city")


def scheme_of(round_: Round) -> Scheme:
    """The default scheme under the notice of ``round_``, whatever notice is in use."""
    known = Scheme.objects.filter(notice=round_.notice).first()
    made = known or load_default_scheme()
    if made.notice_id != round_.notice_id:
        made = copy_scheme(scheme=made, by=city_officer(), at=moment(round_.year))
        Scheme.objects.filter(pk=made.pk).update(notice=round_.notice)
        made.refresh_from_db()
    return made


def published_round(counts: Counts, *, year: int = 2020, notice: Notice | None = None) -> Publication:
    """A published round with the grades of ``counts``; A, B and C carry certificates from 28 September of the year."""
    round_ = graded_round(counts, year=year, notice=notice)
    return publish(round=round_, decided_on=date(year, 9, 28), reason=REASON, by=city_officer(), at=moment(year))


def publish(
    *, round: Round, decided_on: date, reason: str = "", document_number: str = "", by: User, at: datetime
) -> Publication:
    """Publish as two officers do: proposed by ``by``, prepared, approved by :func:`approver`, all at once."""
    return plans.approve(
        plan=prepared_plan(
            round=round, decided_on=decided_on, reason=reason, document_number=document_number, by=by, at=at
        ),
        by=approver(),
        at=at,
    )


def prepared_plan(
    *, round: Round, decided_on: date, reason: str = "", document_number: str = "", by: User, at: datetime
) -> PublicationPlan:
    """A plan that waits for its approval, with all that it makes valid."""
    plan = plans.propose(
        round=round, decided_on=decided_on, document_number=document_number, reason=reason, by=by, at=at
    )
    return plans.prepare(plan=plan, by=by, at=at)


def approver() -> User:
    """Another officer of the city: who proposes a publication does not approve it."""
    return User.objects.filter(username="approver").first() or factories.person("approver", "city")


def certified(*, year: int = 2020, notice: Notice | None = None) -> Certification:
    """One certificate in force of a platform in 鄞州区, with its round published."""
    return Certification.objects.get(
        result__publication=published_round({"330212": {"A": 1}}, year=year, notice=notice)
    )


def full_entries(letter: str = "A") -> dict[str, Entry]:
    """Entries for the default scheme that earn the grade ``letter``."""
    entries: dict[str, Entry] = {}
    for indicator in load_default_scheme().value().indicators:
        nothing = indicator.code in NOTHING_FOR[letter]
        if indicator.method == Method.GATE:
            entries[indicator.code] = Entry(passed=True)
        elif indicator.method == Method.DEDUCTION:
            entries[indicator.code] = Entry(verified=0)
        elif indicator.method == Method.SCORED:
            entries[indicator.code] = Entry(points=0 if nothing else indicator.full_marks)
        else:
            best = indicator.target if indicator.method == Method.LINEAR else indicator.tiers[-1][0]
            entries[indicator.code] = Entry(verified=0 if nothing else best)
    return entries


def frozen_form(application: Application) -> dict[str, Any]:
    """What submission freezes of ``application``; the rows below it are the same for all."""
    field = application.serializable_value
    return {
        "platform": {
            **{name: field(name) for name in ("name", "address", "opening_hours", "service_phone", "introduction")},
            "longitude": "121.546800",
            "latitude": "29.831600",
        },
        "operator": {name: field(name) for name in ("operator_name", "operator_code", "operating_mode")},
        "venue": {"floor_area": "320.00"},
        "record": {"enterprises_served": 186, "events_held": 14, "attendance": 520, "requests_settled": 73,
                   "satisfaction": "96.50"},
        "services": [
            *({"free_service": value, "service_class": "", "content": label, "is_free": True, "fee_standard": ""}
              for value, label in FreeService.choices),
            *({"free_service": "", "service_class": value, "content": label, "is_free": False,
               "fee_standard": "每次200元"} for value, label in ServiceClass.choices[:4]),
        ],
        "rules": [{"kind": value, "title": label, "is_public": value in ("process", "standard", "fees")}
                  for value, label in RuleKind.choices],
        "partners": [{"name": "宁波某律师事务所", "service_class": "law"}],
        "staff": [],
        "attachments": [],
        "counts": {"staff_total": 5, "staff_full_time": 3},
    }  # fmt: skip


def _application_status(key: str) -> str:
    accepted = key in GRADES or key in AssessmentStatus.values
    return ApplicationStatus.ACCEPTED if accepted else key


def _file(round_: Round, region: Region | None, statuses: list[str], by: User, at: datetime) -> None:
    code = region.code if region else INDUSTRY
    known = {platform.code: platform for platform in Platform.objects.filter(code__startswith=f"{code}-")}
    applications, fresh = [], []
    for number, status in enumerate(statuses, start=1):
        site = _site(region, number)
        name = f"{region.name if region else '宁波市'}{_place(site)}中小企业公共服务窗口平台"
        operator_code = f"91330{crc32(f'{code}{number}'.encode()):012d}X"
        platform = known.get(f"{code}-{number:03d}")
        if status == ApplicationStatus.ACCEPTED and platform is None:
            platform = Platform(
                code=f"{code}-{number:03d}", name=name, operator_name=f"{_place(site)}企业服务中心",
                operator_code=operator_code, accepted_on=date(round_.year, 4, 20), **site,
            )  # fmt: skip
            fresh.append(platform)
        moved = status != ApplicationStatus.DRAFT
        applications.append(
            Application(
                round=round_,
                number=f"SB{round_.year}-{code}-{number:03d}",
                status=status,
                created_by=by,
                created_at=at,
                saved_at=at,
                name=name,
                address=f"{_place(site)}某路{number}号",
                opening_hours="工作日 8:30—17:00",
                service_phone="0574-87654321",
                introduction="服务辖区中小企业。",
                operator_name=f"{_place(site)}企业服务中心",
                operator_code=operator_code,
                operating_mode="direct",
                submitted_at=at if moved else None,
                last_submitted_at=at if moved else None,
                accepted_at=at if status == ApplicationStatus.ACCEPTED else None,
                platform=platform if status == ApplicationStatus.ACCEPTED else None,
                **site,
            )
        )
    Platform.objects.bulk_create(fresh)
    # What was numbered by hand here counts as given, so that services go on behind it.
    Counter.objects.update_or_create(name=f"platform:{code}", defaults={"last": max(len(statuses), len(known))})
    Application.objects.bulk_create(applications)
    ApplicationVersion.objects.bulk_create(
        ApplicationVersion(
            application=application,
            number=1,
            data=frozen_form(application),
            digest="0" * 64,
            submitted_at=at,
            submitted_by=by,
        )
        for application in applications
        if application.status != ApplicationStatus.DRAFT
    )


def _site(region: Region | None, number: int) -> dict[str, Any]:
    """The place of the ``number``-th platform: the zone itself first, then towns, every fourth one a park."""
    if region is None:
        return {"type": PlatformType.INDUSTRY, "association": f"第{number}行业协会", "industry_chain": "智能家电"}
    if region.kind == "zone" and number == 1:
        return {"type": PlatformType.FUNCTIONAL_ZONE, "region": region}
    if number % 4 == 0:
        park, _ = Park.objects.get_or_create(
            code=f"XWY-{region.code}-{number}", defaults={"region": region, "name": f"第{number}小微企业园"}
        )
        return {"type": PlatformType.PARK, "region": region, "park": park}
    town, _ = Town.objects.get_or_create(
        code=f"{region.code}{900 + number}", defaults={"region": region, "name": f"第{number}镇", "kind": "town"}
    )
    return {"type": PlatformType.TOWN, "region": region, "town": town}


def _place(site: Mapping[str, Any]) -> str:
    row = site.get("park") or site.get("town")
    return str(site.get("association") or (row.name if row else ""))


def _grade(evaluation: Evaluation, code: str | None, keys: list[str], by: User, at: datetime, *, but: str = "") -> None:
    rows = Assessment.objects.filter(evaluation=evaluation, application__region__code=code)
    if code is None:
        rows = Assessment.objects.filter(evaluation=evaluation, application__region__isnull=True)
    rows = rows.exclude(application__number=but)
    assessments = list(rows.order_by("application__number").prefetch_related("scores__indicator"))
    assert len(assessments) == len(keys)
    scheme = evaluation.scheme.value()
    touched: list[Score] = []
    prepared = {letter: full_entries(letter) for letter in set(keys) & set(GRADES) | {"A"}}
    for assessment, key in zip(assessments, keys, strict=True):
        if key == AssessmentStatus.OPEN:
            continue
        letter = key if key in GRADES else "A"
        own = scheme.of_type(assessment.application.type)
        asked = {indicator.code for indicator in own.indicators}
        entries = {code: entry for code, entry in prepared[letter].items() if code in asked}
        outcome = grade(own, entries)
        assert outcome.grade == letter
        assessment.points, assessment.proposed_grade = decimal_of(outcome.points), outcome.grade
        assessment.scored_by, assessment.scored_at = by, at
        assessment.status = AssessmentStatus.SCORED
        if key in GRADES:
            assessment.status, assessment.grade = AssessmentStatus.CONFIRMED, key
            assessment.confirmed_by, assessment.confirmed_at = grader(), at
        for score in assessment.scores.all():
            entry = entries[score.indicator.code]
            score.passed, score.evidence = entry.passed, "现场核查"
            score.verified = None if entry.verified is None else Decimal(int(entry.verified))
            points = outcome.lines.get(score.indicator.code)
            score.points = None if points is None else decimal_of(points)
            touched.append(score)
    # Put back under the same keys: much quicker than an update of every row.
    Score.objects.filter(pk__in=[score.pk for score in touched]).delete()
    Score.objects.bulk_create(touched)
    Assessment.objects.bulk_update(
        assessments,
        ["points", "proposed_grade", "scored_by", "scored_at", "status", "grade", "confirmed_by", "confirmed_at"],
    )
