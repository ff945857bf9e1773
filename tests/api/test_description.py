"""Whatever is sent, every answer is one that the description of the interface foretells, and none is a failure."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from evaluation.models import Certification
from platforms.service_records.api.batch_schema import BATCH, FIELDS, REQUIRED
from platforms.service_records.services import tokens as api_tokens
from tests import factories
from tests.api.described import ANYTHING, CHARACTERS, SCALARS, Schema, conforming, faults
from tests.evaluation.stage import published_round
from tests.funding.worked import released
from tests.platforms.service_records import cast

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03"), pytest.mark.trust("T25")]
few = bounded(max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
NARROWED = ("list_results", "get_result", "get_certificate", "get_allocation")
READS = (*NARROWED, "list_allocations")
RECORDS = "/api/v1/service-records/"


class Described:
    """The interface by its own description; each answer is held against it."""

    def __init__(self, token: str) -> None:
        self.client, self.token = Client(enforce_csrf_checks=True, raise_request_exception=False), token
        whole = self.client.get("/api/v1/openapi.json").json()
        self.named: dict[str, Schema] = whole["components"]["schemas"]
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in whole["paths"].items()
            for method, operation in methods.items()
        }

    def call(self, name: str, address: str, body: bytes | None = None, *, with_token: bool = True) -> Any:
        """Ask; the answer has a status that is described and is as described for it."""
        cache.clear()
        method, _, operation = self.operations[name]
        headers = {"authorization": f"Bearer {self.token}"} if with_token else {}
        answer = self.client.generic(method.upper(), address, body or b"", "application/json", headers=headers)
        assert str(answer.status_code) in operation["responses"], (answer.status_code, answer.content[:500])
        assert answer["Content-Type"].startswith("application/json")
        described = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        assert list(faults(answer.json(), described, self.named)) == []
        return answer

    def send(self, body: Any, *, with_token: bool = True) -> Any:
        return self.call("send_service_records", RECORDS, json.dumps(body).encode(), with_token=with_token)

    def read(self, name: str, values: dict[str, Any]) -> Any:
        """Ask for what is read, each value where the description puts it."""
        _, path, operation = self.operations[name]
        query = {}
        for each in operation.get("parameters", ()):
            if each["in"] == "path":
                path = path.replace(f"{{{each['name']}}}", quote(str(values[each["name"]]), safe=""))
            elif values.get(each["name"]) is not None:
                query[each["name"]] = values[each["name"]]
        return self.call(name, f"{path}?{urlencode(query)}" if query else path)

    def parameters(self, name: str) -> dict[str, Schema]:
        return {each["name"]: each["schema"] for each in self.operations[name][2].get("parameters", ())}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def described(regions: Any) -> Described:
    """A published platform of 鄞州区 to be found, and the token of its hub."""
    cast.platform(regions["330212"], 901)
    cast.platform(regions["330282"], 901)
    token = api_tokens.issue(region=regions["330212"], by=None, at=timezone.now(), actor="测试")[1]
    return Described(token)


def place(schema: Schema, known: Any) -> st.SearchStrategy[Any]:
    """Return what may stand in an address; a slash would make it another address."""
    if schema["type"] == "integer":
        return st.just(known) | st.integers(schema["minimum"], schema["maximum"])
    texts = st.text(CHARACTERS, min_size=1, max_size=schema["maxLength"]).filter(lambda text: "/" not in text)
    return st.just(known) | texts


@pytest.mark.parametrize("name", READS)
def test_what_is_asked_for_as_described_is_answered_as_described(described: Described, name: str) -> None:
    publication = published_round({"330212": {"A": 1}}, year=2025)
    released(publication.round, factories.person("signer", "finance"), factories.person("locker", "finance"))
    number = Certification.objects.values_list("number", flat=True)[0]
    known: dict[str, Any] = {"code": "330212-001", "number": number}
    if name == "get_allocation":
        known["year"] = 2025
    asked = {
        each: place(schema, known[each]) if each in known else st.none() | conforming(schema, described.named)
        for each, schema in described.parameters(name).items()
    }
    statuses = set()

    @few
    @given(st.fixed_dictionaries(asked))
    def ask(values: dict[str, Any]) -> None:
        statuses.add(described.read(name, values).status_code)

    ask()
    assert 200 in statuses
    assert statuses <= {200, 400, 404, 422}


def wrong(schema: Schema) -> st.SearchStrategy[str]:
    """Return texts that are no value of a parameter as described."""
    for option in schema.get("anyOf", [schema]):
        if option.get("type") == "integer":
            outside = st.integers(max_value=option["minimum"] - 1) | st.integers(min_value=option["maximum"] + 1)
            return outside.map(str) | st.floats().map(repr).filter(lambda text: not text.endswith(".0"))
        if "enum" in option:
            return st.text(CHARACTERS, min_size=1).filter(lambda text, values=option["enum"]: text not in values)
        if "maxLength" in option:
            longer = option["maxLength"] + 1
            return st.text(st.characters(categories=["L", "N"]), min_size=longer, max_size=longer + 40)
    raise AssertionError(schema)


@pytest.mark.parametrize("name", NARROWED)
def test_what_is_asked_for_otherwise_is_refused_as_described(described: Described, name: str) -> None:
    asked = described.parameters(name)

    @few
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        broken = data.draw(st.sampled_from(sorted(asked)))
        values = {each: "x" for each in ("code", "number") if each in asked}
        values[broken] = data.draw(wrong(asked[broken]))
        assert described.read(name, values).status_code in (400, 422)

    ask()


#: Rows that are right in every way, as far as a schema can say it and beyond.
RIGHT: dict[str, st.SearchStrategy[Any]] = {
    "platform": st.just("330212-901"),
    "enterprise_code": st.integers(1, 50).map(factories.credit_code),
    "served_on": st.dates(date(2000, 1, 1), timezone.localdate() - timedelta(days=1)).map(date.isoformat),
}
NAMED: dict[str, Schema] = {}


def rows(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: conforming(schema, NAMED) for name, schema in FIELDS.items()} | more
    return st.fixed_dictionaries(
        {name: fields[name] for name in REQUIRED},
        optional={name: field for name, field in fields.items() if name not in REQUIRED},
    )


@st.composite
def unlike(draw: Callable[[Any], Any]) -> list[dict[str, Any]]:
    """Draw right rows of different external numbers."""
    return draw(st.lists(rows(**RIGHT), max_size=4, unique_by=lambda row: row["external_id"].strip()))  # type: ignore[no-any-return]


def test_a_row_as_described_is_taken_in(described: Described) -> None:
    """What the schema cannot say is said in words: a known platform, the check digit, the days."""

    @few
    @given(unlike())
    def send(given: list[dict[str, Any]]) -> None:
        assert list(faults({"records": given}, BATCH, NAMED)) == []
        answer = described.send({"records": given}).json()
        assert answer["rejected"] == []
        assert answer["created"] + answer["updated"] + answer["unchanged"] == len(given)
        again = described.send({"records": given}).json()
        assert again == {"created": 0, "updated": 0, "unchanged": len(given), "rejected": []}

    send()


def test_any_batch_as_described_is_answered_row_by_row(described: Described) -> None:
    some = {
        "platform": st.sampled_from(["330212-901", "330282-901", "330999-999"]) | conforming(FIELDS["platform"], NAMED)
    }

    @few
    @given(st.lists(rows(**some), max_size=5), st.booleans())
    def send(given: list[dict[str, Any]], with_token: bool) -> None:
        answer = described.send({"records": given}, with_token=with_token)
        assert answer.status_code in ((200, 403) if with_token else (401,))
        if answer.status_code == 200:
            said = answer.json()
            assert said["created"] + said["updated"] + said["unchanged"] + len(said["rejected"]) == len(given)

    send()


def test_a_row_that_is_not_as_described_is_rejected_at_its_field(described: Described) -> None:
    """Text is read as people write it, with blanks around it or in full width, so only its length is held."""

    @few
    @given(st.data())
    def send(data: st.DataObject) -> None:
        row = data.draw(rows(**RIGHT))
        how = data.draw(st.sampled_from(["value", "long", "missing", "unknown"]))
        if how == "value":
            field = data.draw(st.sampled_from(sorted(FIELDS)))
            row[field] = data.draw(ANYTHING.filter(lambda value: not isinstance(value, str)))
            assume(list(faults(row[field], FIELDS[field], NAMED)))
        elif how == "long":
            field = data.draw(st.sampled_from(sorted(set(FIELDS) - {"satisfaction"})))
            row[field] = data.draw(st.text(st.characters(categories=["L"]), min_size=201, max_size=220))
        elif how == "missing":
            field = data.draw(st.sampled_from(sorted(REQUIRED)))
            del row[field]
        else:
            field = data.draw(st.text(CHARACTERS).filter(lambda name: name not in FIELDS))
            row[field] = data.draw(SCALARS)
        assert list(faults({"records": [row]}, BATCH, NAMED)) != []
        answer = described.send({"records": [row]}).json()
        assert [each["field"] for each in answer["rejected"]] == [field[:40]]

    send()


def test_a_body_that_is_not_as_described_is_no_batch(described: Described) -> None:
    bodies = (
        ANYTHING
        | st.fixed_dictionaries({"records": ANYTHING})
        | st.fixed_dictionaries({"records": st.lists(rows() | SCALARS, min_size=1, max_size=3)})
        | st.fixed_dictionaries({"records": st.just([]), "more": SCALARS})
    )

    def is_no_batch(body: Any) -> bool:
        return not (
            isinstance(body, dict)
            and body.keys() == {"records"}
            and isinstance(body["records"], list)
            and all(isinstance(each, dict) for each in body["records"])
        )

    @few
    @given(bodies.filter(is_no_batch), st.booleans())
    def send(body: Any, with_token: bool) -> None:
        assert list(faults(body, BATCH, NAMED)) != []
        assert described.send(body, with_token=with_token).status_code == (422 if with_token else 401)

    send()


@few
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(described: Described, body: bytes) -> None:
    assert described.call("send_service_records", RECORDS, body).status_code in (200, 422)


def test_every_operation_is_tried(described: Described) -> None:
    assert set(described.operations) == {*READS, "send_service_records"}
