"""T12: whatever form of the product is pressed twice, by whomever, makes what one press makes.

The forms are found on the pages of the access matrix; nobody has to write a new one down here for it to be pressed.
"""

import copy
import logging
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from platforms.models import Round, Town
from platforms.one_use import KEY
from tests import factories
from tests.access.addresses import patterns
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World
from tests.evaluation.stage import full_entries
from tests.factories import PASSWORD
from tests.trust.forms import Form, forms_of

pytestmark = pytest.mark.trust("T12")

PEOPLE = ("own", "city", "assessor", "finance", "security", "token", "stranger")
#: Of these the session is the subject.
LEFT_OUT = {"logout/", "admin/login/", "admin/logout/"}
#: Rows that say what was done or seen, and the claim on the press itself.
NOT_MADE = {"sessions.Session", "platforms.Press"}
LOGS = {"platforms.AuditEvent"}
#: Each wrong old password is a failure of its own in the log.
COUNTED = {"admin/password_change/"}
#: The service itself joins the same words to the first case; a new address of a calendar ends the old one.
MERGED = {"complaints/new/", "desk/tasks/calendar/feed/"}
#: Some that are surely carried out on the stage: a test that fills in nothing rightly would prove nothing.
CARRIED_OUT = {
    "admin/evaluation/amendment/correct/<int:result_pk>/",
    "admin/evaluation/amendment/propose-change/<int:platform_pk>/",
    "notice/<str:number>/object/",
    "admin/evaluation/article/add/",
    "admin/evaluation/evaluation/add/",
    "admin/evaluation/scheme/<int:object_id>/copy/",
    "admin/evaluation/scheme/add/",
    "admin/funding/allocationrun/<int:object_id>/what-if/",
    "admin/platforms/park/add/",
    "admin/platforms/quota/add/",
    "admin/platforms/returnschedule/add/",
    "desk/certificates/<number:number>/renew/",
    "desk/link-states/<number:code>/",
    "desk/rectifications/new/",
    "desk/self-reports/<number:number>/let-in/",
    "desk/self-reports/<number:number>/send/",
    "desk/tasks/calendar/feed/",
}


def values_of(here: World) -> dict[str, dict[str, Any]]:
    """What the form of an address takes that cannot be guessed from its boxes."""
    soon = timezone.localdate() + timedelta(days=30)
    round_ = Round.objects.get(year=2027)
    return {
        "admin/evaluation/amendment/correct/<int:result_pk>/": {
            "grade": "C", "effective_on": "2026-05-12", "operator_code": factories.credit_code(901),
            "password": PASSWORD, "service_phone": "0574-87654321", **{f"entry_{code}": "" for code in full_entries()},
        },
        "admin/evaluation/amendment/propose-change/<int:platform_pk>/": {
            "effective_on": "2026-05-12", "address": "一号路1号", "service_phone": "0574-87654321",
            "operator_code": factories.credit_code(901), "password": PASSWORD,
        },
        **{
            f"admin/evaluation/{model}/<int:object_id>/move/<slug:move_name>/": {"password": PASSWORD}
            for model in ("amendment", "publicationplan", "publicnotice", "revocationproposal")
        },
        "admin/evaluation/revocationproposal/propose/<int:platform_pk>/": {"password": PASSWORD},
        "admin/evaluation/publicationplan/propose/<int:round_pk>/": {"document_number": "", "password": PASSWORD},
        "admin/evaluation/publicnotice/<int:object_id>/amend/<int:assessment_pk>/": {"password": PASSWORD},
        **{
            f"admin/funding/{model}/<int:object_id>/move/<slug:move_name>/": {"password": PASSWORD}
            for model in ("allocationrun", "paymentbatch")
        },
        "admin/evaluation/article/add/": {
            "attachments": "", **{f"{name}_{place}": "" for name in ("picture", "alt") for place in (1, 2, 3)},
        },
        "admin/funding/allocationrun/add/": {"pool_yuan": "12000000", "replaces": str(here.runs["locked"].pk)},
        "admin/platforms/filingexception/add/": {"application": "", "ends_on": "2099-12-31"},
        "admin/platforms/goodexample/add/": {"picture": "", "picture_alt": ""},
        "admin/platforms/liaison/add/": {"phone": "0574-87654321"},
        "admin/platforms/question/add/": {"kind": "text", "options": "", "types": ["town"]},
        "admin/platforms/question/copy/": {"target": str(round_.pk)},
        "admin/platforms/region/add/": {"code": "330299", "name": "新设区", "kind": "county", "host": ""},
        "admin/platforms/round/add/": {"year": "2031", "title": "2031年度", "cap_yuan": "15000000"},
        "admin/platforms/tasktemplate/add/": {"for_town": "on", "due_on": round_.phases.get(number=1).ends_on},
        "admin/platforms/town/strong/": {"towns": Town.objects.filter(is_strong=False)[0].name},
        "admin/platforms/user/add/": {
            "username": "newcomer", "role": "county", "phone": "13812345678", "employer": "", "employer_code": "",
        },
        "complaints/new/": {
            "platform": here.certificates("330212")[0].result.code,
            "contact_phone": "0574-87654321",
            "website": "",
        },
        "notice/<str:number>/object/": {
            "platform": "", "name": "某市某某机械有限公司", "phone": "0574-87654321", "website": "",
        },
        "desk/activities/<number:number>/edit/": {"places": "30", "answer_by": ""},
        "desk/activities/new/": {"places": "30", "held_on": soon, "answer_by": soon},
        "desk/follow-ups/<number:number>/calls/<int:position>/": {"satisfaction": "5", "phone": "13812345678"},
        "desk/follow-ups/new/": {
            "service_class": "", "from_on": "2026-04-01", "until_on": "2026-04-30", "seed": "2026", "platform": "",
            "size": "2", "of_region": "",
        },
        "desk/returns/<int:pk>/": {"figure_0": "7"},
        "desk/self-reports/<number:number>/let-in/": {"until": soon + timedelta(days=30)},
        "desk/services/<int:pk>/correct/": {"satisfaction": "4"},
        "desk/services/new/": {"enterprise": "新来企业 91330212MA2AH0YB0D", "satisfaction": ""},
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def rows() -> Counter[str]:
    """How many rows each table holds, in one question: it is asked some thousand times."""
    tables = {
        model._meta.db_table: model._meta.label for model in apps.get_models() if model._meta.label not in NOT_MADE
    }
    with connection.cursor() as cursor:
        # The names are those of our own models.
        cursor.execute("SELECT " + ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables))  # noqa: S608
        return Counter(dict(zip(tables.values(), cursor.fetchone(), strict=True)))


def grown(before: Counter[str], after: Counter[str]) -> dict[str, int]:
    return {label: after[label] - before[label] for label in after if after[label] != before[label]}


def found(visitor: Visitor) -> Iterator[Form]:
    """Yield each form that the pages of the matrix offer to ``visitor``, once for each set of boxes."""
    place, seen = COLUMNS.index(visitor.column), set()
    for pattern in patterns():
        if table()[("GET", pattern)][place] != 200 or (visitor.column == "token") != pattern.startswith("fill/"):
            continue
        page = visitor.address(pattern)
        answer = visitor.ask("GET", page)
        if answer.streaming or "html" not in answer.headers["Content-Type"]:
            continue
        for form in forms_of(page, answer.content.decode()):
            mark = (form.route, frozenset(box.name for box in form.boxes))
            if form.route not in LEFT_OUT and mark not in seen:
                seen.add(mark)
                yield form


def press(visitor: Visitor, form: Form, data: dict[str, Any]) -> Any:
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return visitor.client.post(form.action, data)


def pressed(visitor: Visitor, form: Form, data: dict[str, Any]) -> tuple[Any, dict[str, int], dict[str, int]]:
    """Press ``form`` twice; returns the first answer, and how much the tables grew by each press."""
    visitor.client.cookies = copy.deepcopy(visitor.cookies)
    with transaction.atomic():
        before = rows()
        first = press(visitor, form, data)
        between = rows()
        press(visitor, form, data)
        after = rows()
        transaction.set_rollback(True)
    return first, grown(before, between), grown(between, after)


def test_a_second_press_makes_nothing(here: World) -> None:
    """With its key, and where rows are made also without one, as a page sends that is older than the product."""
    values = values_of(here)
    without_key, twice, twice_without_key = set(), {}, {}
    made = set()
    for column in PEOPLE:
        visitor = Visitor(here, column)
        for form in found(visitor):
            data = form.sent(values.get(form.route, {}))
            without_key |= set() if data.get(KEY) else {form.route}
            answer, first, second = pressed(visitor, form, data)
            if "Content-Disposition" in answer.headers or answer.status_code in (403, 404):
                continue
            if second and not (form.route in COUNTED and set(second) <= LOGS):
                twice[column, form.route] = second
            made |= {form.route} if first else set()
            if any(more > 0 for label, more in first.items() if label not in LOGS):
                del data[KEY]
                _, _, again = pressed(visitor, form, data)
                if set(again) - LOGS and form.route not in MERGED:
                    twice_without_key[column, form.route] = again
    assert without_key == set()
    assert twice == {}
    assert twice_without_key == {}
    assert CARRIED_OUT - made == set()


#: Besides the files of the back office: what saves itself, reads a workbook, looks something up.
REPEATABLE = {
    "admin/evaluation/publicationplan/<int:object_id>/prepare/",
    "admin/evaluation/publicationplan/propose/<int:round_pk>/",
    "admin/evaluation/scheme/<int:object_id>/preview/",
    "admin/evaluation/scheme/workbook/",
    "complaints/status/",
    "objection/",
    "desk/applications/<number:number>/<slug:slug>/",
    "desk/intake/",
    "desk/intake/marked/",
    "admin/evaluation/assessment/<int:object_id>/cells/",
    "admin/evaluation/assessment/grid/cells/",
    "admin/evaluation/assessment/grid/import/",
    "admin/evaluation/sheet/<int:object_id>/cells/",
    "admin/evaluation/sheet/grid/cells/",
    "admin/evaluation/sheet/grid/import/",
    "desk/taken-over/",
    "desk/returns/sheet/cells/",
    "desk/services/sheet/",
    "desk/services/sheet/again/<int:key>/",
    "desk/services/sheet/marked/",
    "fill/<str:token>/<slug:slug>/",
    "fill/report/<str:token>/",
}


def repeatable(resolver: Any = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from repeatable(entry, route)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "repeatable", False):
            yield route


def test_no_other_page_is_sent_many_times() -> None:
    """Whatever is not named here is carried out once, whether a test knows how to fill it in or not."""
    found = {route for route in repeatable() if not re.fullmatch(r"admin/\w+/\w+/(import|export)/", route)}
    assert found == REPEATABLE
