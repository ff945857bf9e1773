"""One world with everything in it: two counties side by side, and whatever can be known about either is marked.

Every private text of 慈溪市 carries ``CIXI``, of 鄞州区 ``YINZHOU``, of the city ``CITY``; a leak is then a
plain search in an answer. What must have a form of its own (credit codes, phones, mail) is unique per county instead.
"""

import copy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from evaluation.models import Assessment, Evaluation, Scheme, Score, WithheldFile
from evaluation.schemes.services import copy_scheme
from funding.models import AllocationRun
from funding.readings import Reading
from funding.releases.services import release
from funding.runs.services import runs
from platforms.applications.choices import ApplicationStatus
from platforms.applications.correction import Asked
from platforms.applications.naming import DEFAULT_RULES
from platforms.applications.services import batches, corrections, filing, filing_extensions, fill_links, notes
from platforms.applications.services import drafts as applications
from platforms.cases.services import complaints
from platforms.choices import PlatformType
from platforms.models import (
    Answer,
    Application,
    Attachment,
    CalendarDay,
    Counter,
    Mail,
    MailTemplate,
    ManagementRule,
    NamingRule,
    Notice,
    Partner,
    Platform,
    Quota,
    Region,
    RegionChange,
    Round,
    ServiceOffer,
    StaffMember,
    Task,
    Town,
    User,
)
from platforms.periodic_reports.services import acceptance
from platforms.tasks.services import phase_dates, tasks
from platforms.tasks.services import templates as task_templates
from tests import factories, kept_rows
from tests.access.amended import amend
from tests.access.complained import complained, decide_marked
from tests.access.flagged import flagged
from tests.access.heard import heard
from tests.access.held import held
from tests.access.judged import judged as judged_by_people
from tests.access.linked import linked
from tests.access.mended import mended
from tests.access.objected import objected
from tests.access.paid import paid, used
from tests.access.reporting import reporting
from tests.access.revocations import revoke_one, waiting
from tests.access.served import counted, served
from tests.access.told import told
from tests.access.waited import waited
from tests.access.world import MARKS, OFFICER, Mark, Side, World
from tests.evaluation.ruled import forms_with_files
from tests.evaluation.stage import graded_round, grader, moment, published_round
from tests.factories import default_scheme as load_default_scheme

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def people(regions: dict[str, Region]) -> dict[str, User]:
    """The cast of the access matrix by its column."""
    made = {
        "own": factories.officer("yinzhou", regions["330212"]),
        "other": factories.officer("cixi", regions["330282"]),
    }
    for name, word in (("own", "鄞人"), ("other", OFFICER)):
        User.objects.filter(pk=made[name].pk).update(name=word, phone=f"{word}电话")
        made[name].refresh_from_db()
    for name in ("city", "city2", "finance", "finance2", "auditor", "security", "sysadmin"):
        made[name] = factories.person(name, name.rstrip("2"))
    for name in ("assessor", "assessor2", "assessor3"):
        made[name] = factories.assessor(name)
    return made


def world() -> World:
    """Build everything; the clock of the services stands at 10 April 2026, links are usable today."""
    regions = factories.regions()
    cast = people(regions)
    counts = {"A": 1, "B": 1}
    with forms_with_files(lambda row: MARKS[row.region.code if row.region else ""].text("upload")):
        publication = published_round({"330212": counts, "330282": counts | {"C": 1}, "HY": {"A": 1}}, year=2025)
    half = {"A": 1, "open": 1, "scored": 1}
    judged = graded_round({"330212": half, "330282": half, "HY": {"B": 1}}, year=2024)
    _renumber(publication.round)
    _renumber(judged)
    rounds = {
        "published": publication.round,
        "evaluating": judged,
        "closed": factories.round_of(2023, "evaluating"),
        "preparing": factories.round_of(2027, "preparing"),
        "filing": factories.round_of(2026),
    }
    city = cast["city"]
    # What the city asks everybody may read; what is answered is the county's own.
    factories.question(rounds["filing"], city, AT, text="上年度受表彰情况", section="record")
    CalendarDay.objects.create(day=date(2027, 1, 1), kind="free")
    Notice.objects.create(
        number="某创办〔2027〕1号", title="待送审的通知", issued_on=date(2027, 1, 10), made_at=AT,
        terms=factories.notice().terms, clauses=factories.notice().clauses,
    )  # fmt: skip
    RegionChange.objects.create(
        kind="found", effective_on=date(2020, 1, 1), main=cast["own"].region, document_number="1号", reason="设立",
        carried={}, decided_at=AT, decided_by=city,
    )  # fmt: skip
    NamingRule.objects.create(type=PlatformType.PARK, pattern=DEFAULT_RULES["park"])
    for title in ("接入市级信息系统", "公布服务流程"):
        values = {"phase": 2, "title": title, "proof": "已完成", "due_on": date(2026, 5, 10)}
        task_templates.add(round=rounds["filing"], values=values, by=city, at=AT)
    own = _side(cast["own"], city, rounds["filing"])
    other = _side(cast["other"], city, rounds["filing"])
    industry = Side(MARKS[""], city)
    industry.applications["draft"] = factories.draft(city, rounds["filing"], AT, type=PlatformType.INDUSTRY)
    industry.applications["submitted"] = factories.submitted(
        city,
        rounds["filing"],
        AT,
        type=PlatformType.INDUSTRY,
        **_texts(industry.mark, 9) | {"operator_nature": "association"},
    )
    evaluation = Evaluation.objects.get(round=judged)
    scheme = copy_scheme(scheme=load_default_scheme(), by=city, at=AT)
    made = World(
        people=cast,
        own=own,
        other=other,
        industry=industry,
        rounds=rounds,
        publication=publication,
        evaluation=evaluation,
        scheme=scheme,
        runs=_runs(publication.round, cast),
    )
    for side in (own, other):
        served(side)
        waited(side)
        _leave(side, city, rounds["closed"])
        mended(side, city)
        linked(side, city)
    counted()
    held(own, other, city, rounds["filing"])
    told(city)
    judged_by_people(made, cast)
    for code, mark in MARKS.items():
        _mark_rows(code, mark)
    for side in (own, other):
        reporting(side, judged.year)
    MailTemplate.objects.create(
        kind="received", subject=MARKS[""].text("subject"), body=MARKS[""].text("body"), edited_at=AT, edited_by=city
    )
    Scheme.objects.filter(pk=scheme.pk).update(note=MARKS[""].text("note"))
    revoke_one(made)
    waiting(made)
    amend(made)
    for side in (own, other):
        flagged(made, side, city)
        heard(side, city)
        _withheld(side, city)
    objected(made, city)
    paid(made)
    used(made)
    return made


def _withheld(side: Side, city: User) -> None:
    """A file of a rule that the city no longer lets everybody take."""
    platform = Platform.objects.filter(region=side.officer.region, results__isnull=False).order_by("code").first()
    reason = side.mark.text("withheld")
    WithheldFile.objects.create(
        platform=platform, digest=side.mark.word, kind="staff", reason=reason, withheld_by=city, withheld_at=AT
    )


def _side(officer: User, city: User, round_: Round) -> Side:
    """An application in each status, filed through the services with marked texts, and what hangs on them."""
    region = officer.region
    assert region is not None
    mark = MARKS[region.code]
    side = Side(mark, officer)
    side.park = factories.park(region, mark.text("park"), manager=mark.text("manager"))
    Quota.objects.create(round=round_, region=region, places=9)

    files = [(kind, mark.text(name)) for kind, name in factories.FILES]
    towns = [factories.town(region, f"{region.name}第{number}街道") for number in range(1, 7)]
    first = factories.complete_application(officer, round_, AT, town=towns[0], files=files, **_texts(mark, 1))
    # Before anything is reported: a report keeps its liaison officer.
    Round.objects.get(pk=round_.pk).liaisons.filter(region=region).update(
        name=mark.text("liaison"), post=mark.text("post"), phone=mark.phone, email=mark.mail
    )
    answers = {each.key: mark.text("answer") for each in round_.questions.all()}
    first = applications.save_section(
        application=first, section="record", values=answers, version=first.version, by=officer, at=AT
    )

    def submitted(number: int) -> Application:
        row = _copy(first, number, towns[number - 1], mark)
        side.batch = batches.report(
            round=round_, region=region, applications={row: row.version}, over_quota_reason=mark.text("over_quota"),
            note=mark.text("report"), by=officer, at=AT,
        )  # fmt: skip
        return Application.objects.get(pk=row.pk)

    rows = side.applications
    rows["complete"] = first
    rows["draft"] = factories.draft(officer, round_, AT, type=PlatformType.PARK, park=side.park)
    factories.attach(rows["draft"], officer, AT, files[:1])
    rows["submitted"] = submitted(2)
    rows["returned"] = filing.return_for_correction(
        application=submitted(3), reason=mark.text("return_reason"), by=city, at=AT
    )
    rows["accepted"] = acceptance.accept(application=submitted(4), by=city, at=AT)
    _work(rows["accepted"], mark, officer, city)
    notes.write(application=rows["accepted"], text=mark.text("note"), readers="county", by=officer, at=AT)
    rows["withdrawn"] = acceptance.withdraw(
        application=submitted(5), reason=mark.text("withdraw_reason"), by=officer, at=AT
    )
    rows["answered"] = _answered(submitted(6), mark, officer, city)
    side.link, side.token = corrections.send_back(
        application=rows["draft"], recipient=mark.text("recipient"), days=30, by=officer, at=timezone.now(),
        items=[Asked("", "", mark.text("asked of the unit"))],
    )  # fmt: skip
    corrections.answer(
        item=rows["draft"].corrections.get(), text=mark.text("said by the unit"), by=None, link=side.link,
        at=timezone.now(),
    )  # fmt: skip
    side.link = fill_links.open_link(link=side.link, at=timezone.now())
    Mail.objects.filter(region=region).update(
        recipient=mark.text("to"), address=mark.mail, subject=mark.text("subject"), body=mark.text("body")
    )
    platform = Platform.objects.filter(region=region, results__isnull=False).order_by("code").first()
    assert platform is not None
    side.complaint, _ = complaints.file_complaint(platform=platform, at=timezone.now(), **_complaint(mark, "投诉"))
    for days, move in ((2, "verify"), (3, "dismiss")):
        at = timezone.now() - timedelta(days=days)
        old, _ = complaints.file_complaint(platform=platform, at=at, **_complaint(mark, f"旧投诉{days}"))
        decide_marked(side, old, move, city)
    complained(side, platform, city, _complaint)
    return side


def _work(row: Application, mark: Mark, officer: User, city: User) -> None:
    """One task of the platform done, the other moved and blocked."""
    done, other = Task.objects.filter(platform=row.platform).order_by("template")
    tasks.finish(task=done, evidence=mark.text("proof"), by=officer, at=AT)
    phase_dates.move_task(task=other, due_on=date(2026, 5, 12), reason=mark.text("moved"), by=city, at=AT)
    tasks.block(task=other, reason=mark.text("blocked"), by=officer, at=AT)


def _leave(side: Side, city: User, closed: Round) -> None:
    """Leave to file late in a round that is closed: one that holds, and one that was taken back."""
    given = [
        filing_extensions.grant(
            round=closed, region=side.officer.region, reason=side.mark.text("exception"),
            ends_on=AT.date() + timedelta(days=60), uses_allowed=2, by=city, at=AT,
        )
        for _ in range(2)
    ]  # fmt: skip
    side.leave = given[0]
    filing_extensions.revoke(extension=given[1], reason=side.mark.text("revoked"), by=city, at=AT)


def _answered(row: Application, mark: Mark, officer: User, city: User) -> Application:
    """Returned with questions, answered and submitted again: two versions that differ."""
    asked = [Asked("venue", "equipment", mark.text("asked")), Asked("staff", "", mark.text("asked of staff"))]
    back = filing.return_for_correction(application=row, reason=mark.text("return"), items=asked, by=city, at=AT)
    back = applications.save_section(
        application=back, section="venue", values={"equipment": mark.text("other equipment")}, version=back.version,
        by=officer, at=AT,
    )  # fmt: skip
    answers = {item.pk: mark.text("answered") for item in back.corrections.all()}
    return filing.resubmit(application=back, version=back.version, answer="", answers=answers, by=officer, at=AT)


def _copy(first: Application, number: int, town: Town, mark: Mark) -> Application:
    """The form of ``first`` once more for another town; much quicker than filling it again."""
    row = Application.objects.get(pk=first.pk)
    row.pk, row.town, row.number = None, town, f"2026-{first.pk % 100:02d}{number:02d}"
    row.name, row.operator_code = mark.text(f"name{number}"), mark.code(number)
    row._state.adding = True
    row.save()
    for below in (StaffMember, ServiceOffer, Partner, ManagementRule, Attachment, Answer):
        copies = list(below.objects.filter(application=first))
        for each in copies:
            each.pk, each.application = None, row
        below.objects.bulk_create(copies)
    return row


def _complaint(mark: Mark, text: str) -> dict[str, Any]:
    return {
        "text": mark.text(text),
        "enterprise": mark.text("enterprise"),
        "contact_name": mark.text("complainant"),
        "contact_phone": mark.mobile,
        "sender_hash": mark.letters,
    }


def _texts(mark: Mark, number: int) -> dict[str, Any]:
    """Every text of the form, marked; the rows below it too."""
    free = (
        *("address", "opening_hours", "introduction", "operator_name", "legal_representative", "person_in_charge"),
        *("contact_name", "support_policy", "agreement", "equipment", "typical_cases", "funds_source"),
        *("sustainability", "county_opinion"),
    )
    return {
        **{name: mark.text(name) for name in free},
        "name": mark.text(f"name{number}"),
        "name_reason": mark.text("name_reason"),
        "operator_code": mark.code(number),
        "operator_nature": "institution",
        "contact_mobile": mark.mobile,
        "contact_phone": mark.phone,
        "contact_email": mark.mail,
        "service_phone": mark.phone,
        "staff": [
            row | {"name": mark.text("staff"), "post": mark.text("job"), "qualification": mark.text("paper"),
                   "mobile": mark.mobile}
            for row in factories.ROWS["staff"]
        ],
        "services": [row | {"content": mark.text(f"offer{i}")} for i, row in enumerate(factories.ROWS["services"])],
        "partners": [row | {"name": mark.text("partner")} for row in factories.ROWS["partners"]],
        "rules": [row | {"title": mark.text("rule")} for row in factories.ROWS["rules"]],
    }  # fmt: skip


def _renumber(round_: Round) -> None:
    """Give the applications of a round that was put into the tables numbers as the service gives them."""
    for code in ("330212", "330282"):
        # Nor does the stage count the platforms that it made.
        made = Platform.objects.filter(code__startswith=f"{code}-").count()
        Counter.objects.update_or_create(name=f"platform:{code}", defaults={"last": made})
    for count, row in enumerate(Application.objects.filter(round=round_).order_by("pk"), start=1):
        Application.objects.filter(pk=row.pk).update(number=f"{round_.year}-{count:04d}")


def _runs(round_: Round, cast: dict[str, User]) -> dict[str, AllocationRun]:
    """A locked run that is released, the draft that is to replace it, and one that was discarded."""
    finance, finance2 = cast["finance"], cast["finance2"]
    made: dict[str, AllocationRun] = {}
    dropped = runs.make_run(round=round_, pool_yuan=9_000_000, reading=Reading(), by=finance, at=AT)
    made["discarded"] = runs.discard(run=dropped, reason="市雀discarded", by=finance, at=AT)
    first = runs.make_run(round=round_, pool_yuan=15_000_000, reading=Reading(), by=finance, at=AT)
    signed = runs.sign(run=runs.check(run=first, by=finance, at=AT), by=finance2, at=AT)
    made["locked"] = runs.lock(run=signed, by=finance, at=AT)
    release(
        run=made["locked"], document_number="甬财〔2026〕8号", decided_on=AT.date(), use_due_on=date(2026, 12, 31),
        by=finance, at=AT,
    )  # fmt: skip
    made["draft"] = runs.make_run(
        round=round_, pool_yuan=14_000_000, reading=Reading(), by=finance, at=AT, replaces=made["locked"]
    )
    return made


def _mark_rows(code: str, mark: Mark) -> None:
    """Mark what was put into the tables at once; published lines and their judgement stay as they are."""
    region = {"region__code": code} if code else {"region__isnull": True}
    below = {f"application__{name}": value for name, value in region.items()}
    for row in Application.objects.filter(**region).exclude(status=ApplicationStatus.DRAFT):
        names = ("over_quota_reason", "city_opinion")
        Application.objects.filter(pk=row.pk).update(**{name: mark.text(name) for name in names})
    old = Application.objects.filter(**region, round__year__lt=2026)
    for row in old:
        old.filter(pk=row.pk).update(
            operator_code=mark.code(row.pk % 9), contact_mobile=mark.mobile, contact_email=mark.mail,
            name_reason=mark.text("name_reason"),
            **{name: mark.text(name) for name in ("contact_name", "legal_representative", "person_in_charge")},
        )  # fmt: skip
    for platform in Platform.objects.filter(**region):
        # What the public reads is the frozen line of a published round, never this row.
        Platform.objects.filter(pk=platform.pk).update(
            name=mark.text(f"platform{platform.pk}"), operator_name=mark.text("operator"),
            operator_code=mark.code(platform.pk % 9),
        )  # fmt: skip
    open_ones = Assessment.objects.filter(**below, status__in=("open", "scored"))
    open_ones.update(veto="refuses_evaluation", veto_fact=mark.text("veto"), grade_reason=mark.text("grade_reason"))
    # What is scored already has a grade staged and its scores settled.
    settled = Assessment.objects.filter(**below, status="scored")
    settled.update(
        proposed_grade="D", staged_grade="D", staged_reason=mark.text("staged_reason"), staged_by=grader(),
        staged_at=moment(2024),
    )  # fmt: skip
    Score.objects.filter(assessment__in=open_ones.filter(status="open")).update(evidence=mark.text("evidence"))


@dataclass(frozen=True)
class Kept:
    """A world that was built before: its objects, its files, and every row by table with the columns."""

    world: World
    folder: Path
    rows: kept_rows.Rows


#: The world that this process built, once it has: not a fixture, which each conftest would have of its own.
BUILT: list[Kept] = []


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Path]]:
    """The world and the folder of its files, for a module and rolled back after it.

    It is built once; a later module gets the same rows, which is quicker by far.
    """
    folder = tmp_path_factory.mktemp("stage") / "media"
    # The certificates of the stage hold for years, and their renewal can be begun.
    settings = override_settings(MEDIA_ROOT=folder, RENEWAL_DAYS=1_096)
    with django_db_blocker.unblock(), settings, transaction.atomic():
        if not BUILT:
            BUILT.append(Kept(world(), tmp_path_factory.mktemp("kept") / "media", kept_rows.all_rows()))
            shutil.copytree(folder, BUILT[0].folder)
        else:
            shutil.copytree(BUILT[0].folder, folder)
            kept_rows.put_back(BUILT[0].rows)
        # Once for all: PostgreSQL would check every key anew at the end of each test.
        connection.check_constraints()
        yield copy.deepcopy(BUILT[0].world), folder
        transaction.set_rollback(True)


@pytest.fixture
def here(stage: tuple[World, Path], db: None, settings: Any) -> World:
    """The world, with whatever one test does to it undone afterwards."""
    made, settings.MEDIA_ROOT = stage
    settings.VERIFICATIONS_PER_MINUTE = 10_000
    return made
