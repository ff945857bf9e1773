"""Rows by the thousand, put into the tables at once: what is on the pages is real, how it came there is not."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from evaluation.certification import certificate_number
from evaluation.certification.validity import valid_until
from evaluation.marking.choices import AssessmentStatus
from evaluation.models import Assessment, Certification, Evaluation, Publication, Result
from platforms.applications.choices import ApplicationStatus
from platforms.choices import FreeService, PlatformType, ServiceClass
from platforms.models import Application, ApplicationVersion, Platform, Region, Round, Town, User
from platforms.pinyin import searchable
from platforms.rounds.choices import RoundStatus
from tests import factories
from tests.factories import default_scheme as load_default_scheme

PUBLISHED, CURRENT = 2025, 2026
AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
DECIDED = date(2025, 9, 28)
COUNTY = "330212"
SERVICES = [
    *(
        {"free_service": value, "service_class": "", "content": label, "is_free": True, "fee_standard": ""}
        for value, label in FreeService.choices
    ),
    *(
        {"free_service": "", "service_class": value, "content": label, "is_free": False, "fee_standard": "每次200元"}
        for value, label in ServiceClass.choices[:4]
    ),
]
STATUSES = (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED)


class Stage:
    """A published round and a current one that can be made to grow; ``county`` files, ``city`` works on it."""

    def __init__(self) -> None:
        self.regions = factories.regions()
        self.city = factories.person("city", "city")
        self.county = factories.officer("yinzhou", self.regions[COUNTY])
        self.published = factories.round_of(PUBLISHED, RoundStatus.PUBLISHED)
        self.current = factories.round_of(CURRENT)
        self.evaluation = Evaluation.objects.create(
            round=self.published,
            scheme=load_default_scheme(),
            started_at=AT,
            started_by=self.city,
            self_reports_by=DECIDED,
            first_scores_by=DECIDED,
        )
        self.publication = Publication.objects.create(
            round=self.published, taken_over=True, decided_on=DECIDED, published_at=AT, published_by=self.city
        )
        self.platforms = 0
        self.some_code = ""

    def grow_to(self, platforms: int) -> None:
        """Let ``platforms`` platforms be published over all regions, and one county file as many applications."""
        numbers = range(self.platforms + 1, platforms + 1)
        with transaction.atomic():
            self._publish(numbers)
            self._file(numbers)
        self.platforms = platforms
        if connection.vendor == "postgresql":
            # Its daemon would do so within a minute; SQLite has none, so there the tables stay as they are.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def _publish(self, numbers: range) -> None:
        regions = list(self.regions.values())
        placed = [(number, regions[number % len(regions)]) for number in numbers]
        towns = _towns(placed)
        applications, platforms = [], []
        for (number, region), town in zip(placed, towns, strict=True):
            site = {"type": PlatformType.TOWN, "region": region, "town": town}
            who = {"name": f"{region.name}{town.name}中小企业公共服务窗口平台", "operator_name": f"{town.name}服务中心"}
            platforms.append(
                Platform(code=f"{region.code}-{number:05d}", operator_code="X" * 18, accepted_on=DECIDED, **who, **site)
            )
            applications.append(
                _application(
                    self.published,
                    number,
                    ApplicationStatus.ACCEPTED,
                    self.city,
                    platform=platforms[-1],
                    **who,
                    **site,
                )
            )
        self.some_code = platforms[0].code
        Platform.objects.bulk_create(platforms, batch_size=1000)
        Application.objects.bulk_create(applications, batch_size=1000)
        versions = ApplicationVersion.objects.bulk_create(
            (
                ApplicationVersion(
                    application=each, number=1, data={}, digest="0" * 64, submitted_at=AT, submitted_by=self.city
                )
                for each in applications
            ),
            batch_size=1000,
        )
        grades = ["AABBBCCD"[number % 8] for number in numbers]
        assessments = Assessment.objects.bulk_create(
            (
                Assessment(
                    evaluation=self.evaluation,
                    application=each,
                    frozen_form=version,
                    status=AssessmentStatus.PUBLISHED,
                    grade=grade,
                    confirmed_at=AT,
                    confirmed_by=self.city,
                )
                for each, version, grade in zip(applications, versions, grades, strict=True)
            ),
            batch_size=1000,
        )
        results = Result.objects.bulk_create(
            (
                Result(
                    publication=self.publication,
                    assessment=assessment,
                    platform=each.platform,
                    code=each.platform.code,
                    name=each.name,
                    pinyin=searchable(each.name),
                    type=each.type,
                    region=each.region,
                    site_name=each.town.name,
                    operator_name=each.operator_name,
                    address=each.address,
                    opening_hours=each.opening_hours,
                    service_phone=each.service_phone,
                    introduction="服务辖区中小企业。",
                    services=SERVICES,
                    public_rules=[{"kind": "process", "title": "服务流程"}],
                    grade=assessment.grade,
                )
                for each, assessment in zip(applications, assessments, strict=True)
            ),
            batch_size=1000,
        )
        Certification.objects.bulk_create(
            (
                Certification(
                    result=result,
                    number=certificate_number.compose(
                        "NB{year}-{serial}-{check}", year=PUBLISHED, serial=number, random="H7K3"
                    ),
                    valid_from=DECIDED,
                    valid_until=valid_until(DECIDED, 3),
                )
                for number, result in zip(numbers, results, strict=True)
                if result.grade != "D"
            ),
            batch_size=1000,
        )

    def _file(self, numbers: range) -> None:
        region = self.regions[COUNTY]
        towns = _towns([(number, region) for number in numbers], first=500_000)
        Application.objects.bulk_create(
            (
                _application(
                    self.current,
                    number,
                    STATUSES[number % len(STATUSES)],
                    self.county,
                    type=PlatformType.TOWN,
                    region=region,
                    town=town,
                    name=f"{region.name}{town.name}中小企业公共服务窗口平台",
                    operator_name=f"{town.name}服务中心",
                )
                for number, town in zip(numbers, towns, strict=True)
            ),
            batch_size=1000,
        )


def _towns(placed: list[tuple[int, Region]], *, first: int = 0) -> list[Town]:
    """A town for each number: one place carries one application in a round."""
    return Town.objects.bulk_create(
        (
            Town(
                code=f"{region.code}{first + number:06d}"[-12:],
                name=f"第{first + number}镇",
                kind="town",
                region=region,
            )
            for number, region in placed
        ),
        batch_size=1000,
    )


def _application(round_: Round, number: int, status: str, by: User, **fields: Any) -> Application:
    moved = AT if status != ApplicationStatus.DRAFT else None
    return Application(
        round=round_,
        number=f"{round_.year}-{number:05d}",
        status=status,
        created_by=by,
        created_at=AT,
        saved_at=AT,
        submitted_at=moved,
        last_submitted_at=moved,
        # A draft was counted when it was saved.
        **({"gap_count": 30, "gaps_version": 1} if status == ApplicationStatus.DRAFT else {}),
        accepted_at=AT if status == ApplicationStatus.ACCEPTED else None,
        address=f"某某路{number}号",
        opening_hours="工作日 8:30—17:00",
        service_phone="0574-87654321",
        **fields,
    )
