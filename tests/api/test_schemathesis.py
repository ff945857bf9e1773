"""A library that reads the description of the interface and tries what it allows and what it does not."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from platforms.service_records.services import tokens as api_tokens
from tests.evaluation.stage import published_round
from tests.platforms.service_records import cast

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03"), pytest.mark.trust("T25")]
CHECKS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.ignored_auth,
)
#: A batch whose rows are wrong is no wrong batch: the contract names such rows in an answer of 200.
REFUSES = {"GET": (*CHECKS, checks.negative_data_rejection), "POST": CHECKS}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def _connected() -> Iterator[None]:
    """Keep the connection of the test over the end of a request, as the test client of Django does."""
    ends = (signals.request_started, signals.request_finished)
    for each in ends:
        each.disconnect(close_old_connections)
    yield
    for each in ends:
        each.connect(close_old_connections)


@pytest.fixture
def token(regions: Any) -> str:
    cast.platform(regions["330212"], 901)
    published_round({"330212": {"A": 1}}, year=2025)
    return api_tokens.issue(region=regions["330212"], by=None, at=timezone.now(), actor="测试")[1]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("asked", [("GET", "/api/v1/results"), ("POST", "/api/v1/service-records/")])
def test_an_operation_answers_as_it_is_described(token: str, asked: tuple[str, str], mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    method, path = asked

    @settings(max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(schema[path][method].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        cache.clear()
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=REFUSES[method])

    ask()
