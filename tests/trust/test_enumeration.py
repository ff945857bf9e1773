"""T10, T03, T06: a row of another county and one that is not there cannot be told apart."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from tests.access.visits import Visitor
from tests.access.world import MARKS, World
from tests.trust.crawl import text_of
from tests.trust.test_canaries import doors_of_the_other_county, found_in, rows_of, scoped_models

MISSING = 987_654_321


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def missing(path: str) -> str:
    """Return the address of the same page for a row that does not exist."""
    path = re.sub(r"/\d{4}-\d{4,}/", "/2026-98765432/", path)
    return re.sub(r"/\d+/", f"/{MISSING}/", path, count=1)


def plain(answer: Any, path: str) -> str:
    """Return what an answer says, without tokens, its own address and what it sets."""
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]+"|name="once" value="[^"]+"|csrftoken=\w+|sessionid=\w+',
        "",
        text_of(answer),
    )
    return text.replace(path, "PATH")


@pytest.mark.trust("T10")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_mine_answers_like_what_is_not_there(here: World, method: str) -> None:
    visitor = Visitor(here, "own")
    told = {}
    tried: set[str] = set()
    for path in doors_of_the_other_county(here):
        kind = re.sub(r"\d+", "N", path)
        if kind in tried:
            continue
        tried.add(kind)
        nowhere = missing(path)
        foreign, absent = visitor.ask(method, path), visitor.ask(method, nowhere)
        one, two = plain(foreign, path), plain(absent, nowhere)
        if (foreign.status_code, one) != (absent.status_code, two):
            told[path] = (foreign.status_code, absent.status_code)
    assert told == {}
    assert len(tried) > 25


@pytest.mark.trust("T10")
def test_an_unknown_and_a_foreign_complaint_number_read_the_same(here: World, client: Any) -> None:
    """Number and code go together; a wrong code for a number that exists tells nothing."""
    assert here.other.complaint is not None
    texts = []
    for number in (here.other.complaint.number, "TS" + "A" * 10):
        answer = client.post("/complaints/status/", {"number": number, "code": "ACDEFGHJKL"})
        assert answer.status_code == 422
        texts.append(plain(answer, number))
    assert texts[0] == texts[1]


@pytest.mark.trust("T03")
@pytest.mark.parametrize("column", ["own", "auditor"])
def test_autocomplete_is_closed_for_every_field_of_every_model(here: World, column: str) -> None:
    visitor = Visitor(here, column)
    triples = [
        (model._meta.app_label, model._meta.model_name, field.name)
        for model in admin.site._registry
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey)
    ] + [("auth", "user", "groups"), ("", "", ""), ("platforms", "application", "password")]
    for app, model, field in triples:
        for term in ("", "%"):
            query = f"?app_label={app}&model_name={model}&field_name={field}&term={term}&page=2"
            assert visitor.ask("GET", f"/admin/autocomplete/{query}").status_code in (403, 404), query


@pytest.mark.trust("T03")
@pytest.mark.parametrize("field", ["contact_mobile", "password", "id", "region__code"])
def test_no_list_hands_out_a_column_of_its_choice(here: World, field: str) -> None:
    visitors = {"own": Visitor(here, "own"), "security": Visitor(here, "security")}
    for column, model in (("own", "application"), ("own", "platform"), ("own", "park"), ("security", "user")):
        path = reverse(f"admin:platforms_{model}_changelist")
        assert visitors[column].ask("GET", f"{path}?_popup=1&_to_field={field}").status_code == 400


@pytest.mark.trust("T06")
@pytest.mark.parametrize("model", ["application", "park", "quota"])
def test_an_export_of_forged_rows_has_the_own_ones_only(here: World, model: str) -> None:
    visitor = Visitor(here, "own")
    found = next(each for each in scoped_models() if each._meta.model_name == model)
    ids = [str(row.pk) for code in MARKS if code for row in rows_of(found, code)]
    assert len(ids) >= 2
    for kind in ("csv", "xlsx"):
        answer = visitor.ask(
            "POST",
            reverse(f"admin:platforms_{model}_export"),
            {"format": kind, "export_items": [*ids, "x", "1e9", "-1"]},
        )
        assert answer.status_code == 200
        text = text_of(answer)
        assert found_in(text, (*MARKS["330282"].canaries, "慈溪市", "330282")) == []
        assert "鄞州区" in text or "330212" in text


@pytest.mark.trust("T06")
@pytest.mark.parametrize("column", ["own", "city", "auditor", "security", "finance"])
def test_no_list_takes_an_action_that_it_does_not_offer(here: World, column: str) -> None:
    visitor = Visitor(here, column)
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        pks = list(model._default_manager.values_list("pk", flat=True)[:3])
        for action in ("delete_selected", "export_admin_action", "nonsense", "__class__"):
            data = {"action": action, "_selected_action": pks, "select_across": "1", "index": "0", "post": "yes"}
            answer = visitor.client.post(path, data)
            assert answer.status_code in (200, 302, 403), (path, action)
            assert model._default_manager.filter(pk__in=pks).count() == len(pks)
