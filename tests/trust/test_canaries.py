"""T01: every text that somebody wrote is marked, and nobody finds a mark that is not theirs at any door."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import reverse

from evaluation.models import Assessment, SelfReport, Sheet, SiteVisit
from platforms.models import ApplicationMove, ApplicationVersion, AuditEvent, EvidenceFile, Mail, Region
from platforms.scope import EVERYWHERE, ScopedModel
from tests.access.visits import Visitor
from tests.access.world import CITY, CIXI, MARKS, OFFICER, YINZHOU, World, text_fields
from tests.trust.crawl import STARTS, crawl, text_of

pytestmark = pytest.mark.trust("T01")

#: Columns below a county that nobody fills in by hand: codes, digests, words of a closed list, frozen public lines.
NOT_WRITTEN = {
    "Activity": {"number"},
    "GoodExample": {"picture_alt", "picture_name", "picture_smaller", "text", "title"},
    "PeriodicReturn": {"key", "label"},
    "Park": {"code"},
    "Platform": {"association", "code", "industry_chain"},
    # What was printed or taken over repeats the columns of a form.
    "Application": {"association", "industry_chain", "number", "printed", "taken_over", "unreadable"},
    "ApplicationVersion": {"digest"},
    "ApplicationMove": {"label", "name"},
    "Batch": {"number"},
    "Mail": {"occasion", "problem"},
    "Complaint": {"lookup_hash", "number", "text_hash"},
    "ComplaintTurn": {"label", "name"},
    "Ground": {"ground", "number", "source_key"},
    "StaffMember": {"unreadable"},
    "ServiceOffer": {"fee_standard", "unreadable"},
    "Partner": {"unreadable"},
    "ManagementRule": {"unreadable"},
    "Attachment": {"digest", "form_digest", "media_type", "stored_name"},
    "FillLink": {"section", "token_hash"},
    "ApiToken": {"token_hash", "former_code"},
    "Rectification": {"clause", "number"},
    "RevocationFact": {"complaints", "number"},
    "RevocationProposal": {"ground", "number"},
    "RectificationTurn": {"label", "name"},
    "FollowUpSample": {"digest", "number"},
    "Objection": {"lookup_hash", "number"},
    "EvidenceFile": {"digest", "media_type", "stored_name"},
    "CorrectionItem": {"field", "section"},
    "FormDocument": {"digest", "stored_name"},
    "ServiceRecordPast": {"actor"},
    "Assessment": {"grade", "proposed_grade", "staged_grade", "veto"},
    "Flag": {"number"},
    "FlagTurn": {"label", "name"},
    "Score": {"counted_digest", "counted_meaning"},
    "SiteVisit": {"number"},
    "Certification": {"ground", "number", "operator_code"},
    "Document": {"digest", "number", "stored_name"},
    # Frozen by the publication and the notice before the stage writes its marks.
    "FrozenEvidence": {"data", "digest"},
    "NoticeLine": {"change_reason", "code", "grade", "name", "operator_name", "reasons", "site_name"},
    "Amendment": {"decision_reason", "entries", "grade", "number"},
    "CertificationEnd": {"reason"},
    "SelfReportLink": {"token_hash"},
    "Hearing": {"number", "token_hash"},
    "Standing": {"certificate"},
}
#: Frozen and public by decision: nothing in it is private.
PUBLIC = {"Result"}
SEARCHES = ("慈溪", "2026-", "91330", "小微企业园", "%", "_", "zhsj")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


Pages = Callable[[str], list[tuple[str, int, str]]]


@pytest.fixture(scope="module")
def seen() -> dict[str, list[tuple[str, int, str]]]:
    """What was crawled already: the stage is the same for the whole module."""
    return {}


@pytest.fixture
def pages_of(here: World, seen: dict[str, list[tuple[str, int, str]]]) -> Pages:
    """A function that returns address, status and text of every page that a person can reach."""

    def pages(column: str) -> list[tuple[str, int, str]]:
        if column not in seen:
            seen[column] = [(path, answer.status_code, text) for path, answer, text in crawl(Visitor(here, column))]
        return seen[column]

    return pages


def found_in(text: str, marks: tuple[str, ...]) -> list[str]:
    return [mark for mark in marks if mark in text]


def of_county(code: str, *more: str) -> tuple[str, ...]:
    return (*MARKS[code].canaries, *more)


BUSINESS = (*of_county("330282"), *of_county("330212"), *of_county(""))
#: People of a county stay inside it: the city reads stars.
PEOPLE = tuple(
    f"{word}{name}"
    for word in (CIXI, YINZHOU)
    for name in ("staff", "contact_name", "legal_representative", "person_in_charge")
)
FORBIDDEN = {
    # The note of a scheme and a reason of finance are no business of a county either.
    "own": (*of_county("330282", OFFICER), CITY),
    "stranger": (*BUSINESS, OFFICER, "鄞人"),
    "auditor": BUSINESS,
    "security": BUSINESS,
    "sysadmin": (*BUSINESS, OFFICER, "鄞人"),
    "finance": (CIXI, YINZHOU),
    # Neither another platform nor who fills in the one that is judged.
    "assessor": (*of_county("330282", OFFICER), CITY, MARKS["330212"].mobile, MARKS["330212"].mail, *PEOPLE, "鄞人"),
}
#: What counties report to finance about its money, finance reads.
SETTLED = {"finance": "/desk/fund-use/"}
#: At least as many pages are reached: a crawl that finds no door proves nothing.
PAGES = {
    "own": 90, "stranger": 25, "auditor": 25, "security": 25, "sysadmin": 15, "finance": 30, "assessor": 15,
}  # fmt: skip


def scoped_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if issubclass(model, ScopedModel) and model.region_path != EVERYWHERE and model.__name__ not in PUBLIC
    ]


def rows_of(model: Any, code: str) -> Any:
    return model.objects.filter(**{f"{model.region_path}__code": code})


def test_every_written_text_of_the_other_county_is_marked(here: World) -> None:
    """What is not marked could leak unseen; so a new column must be marked on the stage or named above."""
    marks = of_county("330282")
    unmarked = {}
    for model in scoped_models():
        rows = list(rows_of(model, "330282"))
        plain = {
            name for name in text_fields(model) if not any(found_in(str(getattr(row, name)), marks) for row in rows)
        }
        if plain:
            unmarked[model.__name__] = plain
    assert unmarked == NOT_WRITTEN


def test_the_log_and_the_frozen_versions_hold_marks_too(here: World) -> None:
    for model, field in ((AuditEvent, "reason"), (AuditEvent, "actor"), (ApplicationMove, "reason")):
        assert model.objects.filter(**{f"{field}__contains": CIXI}).exists()
    assert any(CIXI in str(event.changes) for event in AuditEvent.objects.all())
    filed = rows_of(ApplicationVersion, "330282").filter(application__round__year=2026)
    assert {CIXI in str(version.data) for version in filed} == {True}


@pytest.mark.parametrize("column", FORBIDDEN)
def test_no_page_that_a_person_can_reach_holds_a_mark_of_others(pages_of: Pages, column: str) -> None:
    leaks, dead, own = [], [], set()
    for path, status, text in pages_of(column):
        # A form that only takes POST is among the links; the desk is asked for by everybody.
        if status not in (200, 302, 405) and path not in STARTS:
            dead.append((path, status))
        if not path.startswith(SETTLED.get(column, "-")):
            leaks += [(path, mark) for mark in found_in(text, FORBIDDEN[column])]
        own |= set(found_in(text, of_county("330212", "鄞人")))
    assert leaks == []
    assert dead == [], "no page leads where its reader may not go"
    assert len(pages_of(column)) >= PAGES[column]
    if column == "own":
        # The crawl sees: what it does not find elsewhere is not there.
        assert own == set(of_county("330212", "鄞人"))


@pytest.mark.parametrize("column", ["own", "finance", "auditor"])
def test_nobody_but_the_city_reads_who_objected(pages_of: Pages, column: str) -> None:
    """Not even the county of the platform, at any of its own pages."""
    words = [f"{MARKS[code].word}{name}" for code in ("330212", "330282") for name in ("objector", "objection ")]
    assert [(path, word) for path, _, text in pages_of(column) for word in found_in(text, tuple(words))] == []


@pytest.mark.parametrize("column", ["city", "own"])
def test_people_of_a_county_are_stars_outside_of_it(here: World, column: str) -> None:
    visitor = Visitor(here, column)
    row = here.own["accepted"]
    paths = [reverse(f"admin:platforms_application_{view}", args=(row.pk,)) for view in ("change", "history")]
    paths += [reverse("desk:application", args=(row.number,)), reverse("desk:version", args=(row.number, 1))]
    paths += [reverse(f"desk:form_{kind}", args=(row.number,)) for kind in ("pdf", "docx")]
    paths += [reverse(f"desk:version_{kind}", args=(row.number, 1)) for kind in ("pdf", "docx")]
    assessment = here.assessment("330212", "open")
    paths += [reverse(f"admin:evaluation_assessment_{view}", args=(assessment.pk,)) for view in ("change", "history")]
    texts = [text_of(visitor.ask("GET", path)) for path in paths]
    for app, model in (("platforms", "application"), ("evaluation", "assessment")):
        texts.append(text_of(visitor.ask("POST", reverse(f"admin:{app}_{model}_export"), {"format": "csv"})))
    found = {mark for text in texts for mark in found_in(text, PEOPLE)}
    assert found == (set() if column == "city" else set(PEOPLE[4:]))


def doors_of_the_other_county(here: World) -> Iterator[str]:
    """Every address of every row of 慈溪市 in the back office and at the desk."""
    for model in scoped_models():
        if model in admin.site._registry:
            opts = model._meta
            for row in rows_of(model, "330282"):
                for view in ("change", "delete", "history"):
                    yield reverse(f"admin:{opts.app_label}_{opts.model_name}_{view}", args=(row.pk,))
    moves = {
        "platforms_application": ("accept", "return", "withdraw"),
        "platforms_complaint": ("take_up", "examine", "verify", "dismiss", "reopen", "merge", "separate"),
        "platforms_ground": ("confirm", "dismiss", "reopen"),
        "evaluation_assessment": ("reopen",),
        "evaluation_flag": ("answer", "escalate", "resolve", "ask_again"),
        "evaluation_objection": ("assign", "answer", "refuse"),
    }
    for name, verbs in moves.items():
        for row in rows_of(apps.get_model(*name.split("_")), "330282"):
            for verb in verbs:
                yield reverse(f"admin:{name}_move", args=(row.pk, verb))
    for visit in rows_of(SiteVisit, "330282"):
        yield reverse("admin:evaluation_sitevisit_withdraw", args=(visit.pk,))
        yield reverse("admin:evaluation_sitevisit_files", args=(visit.pk,))
        yield reverse("admin:evaluation_sitevisit_sheet", args=(visit.assessment.application_id,))
    for row in rows_of(Assessment, "330282"):
        for view in ("stage", "second", "judges", "conflict"):
            yield reverse(f"admin:evaluation_assessment_{view}", args=(row.pk,))
    for row in rows_of(Sheet, "330282"):
        yield reverse("admin:evaluation_assessment_judge", args=(row.assessment_id, row.pk))
        yield reverse("admin:evaluation_conflict_declare", args=(row.pk,))
    for row in here.other.applications.values():
        yield reverse("desk:application", args=(row.number,))
        for view in ("submit", "resubmit", "withdraw", "delete", "fill_links", "form_pdf", "form_docx"):
            yield reverse(f"desk:{view}", args=(row.number,))
        for slug in ("platform", "operator", "staff", "attachments"):
            yield reverse("desk:section", args=(row.number, slug))
        for version in row.versions.all():
            for view in ("version", "version_pdf", "version_docx"):
                yield reverse(f"desk:{view}", args=(row.number, version.number))
        for file in row.attachments.all()[:2]:
            yield reverse("desk:attachment", args=(file.pk,))
            yield reverse("desk:attachment", args=(file.pk,)) + "?view=1"
            yield reverse("desk:attachment_remove", args=(file.pk,))
    for row in here.other.rectifications.values():
        yield reverse("desk:rectification", args=(row.number,))
        for view in ("files", "answer", "close", "reopen", "withdraw"):
            yield reverse("desk:rectification", args=(row.number,)) + f"{view}/"
    assert here.other.sample is not None
    yield reverse("desk:follow_up", args=(here.other.sample.number,))
    yield reverse("desk:follow_up_list", args=(here.other.sample.number, "csv"))
    yield reverse("desk:follow_up_calls", args=(here.other.sample.number,))
    yield reverse("desk:follow_up_call", args=(here.other.sample.number, 1))
    for file in rows_of(EvidenceFile, "330282"):
        yield reverse("desk:evidence", args=(file.pk,))
        yield reverse("desk:evidence", args=(file.pk,)) + "?view=1"
    for mail in rows_of(Mail, "330282"):
        for act in ("send", "by-hand", "discard"):
            yield reverse("admin:platforms_mail_act", args=(mail.pk, act))
    for report in rows_of(SelfReport, "330282"):
        for view in ("report", "send", "let_in"):
            yield reverse(f"self_reports:{view}", args=(report.number,))
        for move in ("return", "check"):
            yield reverse("self_reports:move", args=(report.number, move))
    assert here.other.link is not None
    yield reverse("desk:fill_link_revoke", args=(here.other.link.pk,))


@pytest.mark.trust("T09")
@pytest.mark.parametrize("column", ["own", "assessor", "auditor", "stranger"])
def test_no_address_of_the_other_county_opens(here: World, column: str) -> None:
    """Neither to read nor to write, nor with the headers of a script; every file, every page, every move."""
    visitor, doors = Visitor(here, column), list(doors_of_the_other_county(here))
    allowed = {"own": {403, 404, 405}, "assessor": {403, 404, 405}, "auditor": {403, 405}, "stranger": {302, 401}}[
        column
    ]
    # For the others the role alone decides, and a few of each kind say so.
    for path in doors if column == "own" else doors[::7]:
        for method, headers in (("GET", {"HX-Request": "true", "Range": "bytes=0-9"}), ("POST", {})):
            answer = visitor.ask(method, path, headers=headers)
            assert answer.status_code in allowed, (method, path)
            assert found_in(text_of(answer), FORBIDDEN[column]) == [], (method, path)


def lists() -> list[str]:
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]


@pytest.mark.parametrize("column", ["own", "assessor", "auditor", "security", "sysadmin", "finance"])
def test_neither_searches_nor_filters_nor_files_tell_of_others(here: World, column: str) -> None:
    """Searches, filters by the other county, whatever can be exported, opened and read."""
    visitor, region = Visitor(here, column), here.other.officer.region_id
    open_lists = [path for path in lists() if visitor.ask("GET", path).status_code == 200]
    asked = [f"{path}?q={word}" for path in open_lists for word in SEARCHES]
    asked += [
        f"{path}?{name}={region}"
        for path in open_lists
        for name in ("region__id__exact", "platform__region__id__exact", "application__region__id__exact")
    ]
    asked += [f"/desk/?q={word}&round=all" for word in SEARCHES]
    asked += [f"/desk/rectifications/?q={word}" for word in SEARCHES]
    asked += [
        f"/desk/self-reports{tail}" for tail in ("/?region=330282", ".csv?region=330282", "/?q=%", "/?round=2024")
    ]
    asked += ["/desk/rectifications/?region=330282", "/desk/rectifications.csv?region=330282"]
    asked += [f"/desk/follow-ups/{name}.csv" for name in ("differences", "figures")]
    asked += ["/desk/applications.xlsx?round=all", "/desk/applications.csv?round=all", "/desk/summary.xlsx"]
    asked += [f"{path}import/template/" for path in lists()]
    leaks = [(path, mark) for path in asked for mark in found_in(text_of(visitor.ask("GET", path)), FORBIDDEN[column])]
    for path in lists():
        for kind in ("xlsx", "csv"):
            text = text_of(visitor.ask("POST", f"{path}export/", {"format": kind}))
            leaks += [(f"{path}export/ {kind}", mark) for mark in found_in(text, FORBIDDEN[column])]
    assert leaks == []


def test_searches_find_what_is_public_and_only_that(here: World) -> None:
    """The public search reads frozen lines: names as they stand on the live rows now are not found."""
    visitor = Visitor(here, "stranger")
    for word in (*SEARCHES, CIXI[:1], OFFICER[:1]):
        for path in (
            f"/results/?q={word}",
            f"/api/v1/results?q={word}",
            f"/map/?q={word}",
            f"/map/marks/?q={word}",
            f"/open-data/results.json?q={word}",
            f"/open-data/results.xlsx?q={word}",
            f"/open-data/results.geojson?q={word}",
            f"/open-data/services.csv?q={word}",
        ):
            text = text_of(visitor.ask("GET", path))
            assert found_in(text, FORBIDDEN["stranger"]) == [], path


@pytest.mark.trust("T02")
def test_no_option_and_no_filter_names_another_county(here: World, pages_of: Pages) -> None:
    """On every page of desk and back office except the lists of regions and towns, which everybody may read."""
    others = set(Region.objects.exclude(code="330212").values_list("name", flat=True))
    named = {}
    for path, _, text in pages_of("own"):
        if not path.startswith(("/admin/", "/desk/")) or path.startswith(
            ("/admin/platforms/region/", "/admin/platforms/town/")
        ):
            continue
        options = re.findall(r"<option[^>]*>([^<]*)</option>", text)
        options += re.findall(r'<a href="\?[^"]*"[^>]*>([^<]*)</a>', text)
        if wrong := {word for option in options for word in others if word in option}:
            named[path] = wrong
    assert named == {}
