"""Several senders at the same time: each record once, every answer a number, nobody waits in a circle."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from platforms.models import Enterprise, PlatformMonth, ServiceRecord
from platforms.service_records.services import recount as service_recount
from platforms.service_records.services import tokens as api_tokens
from tests import factories
from tests.platforms.service_records import cast
from tests.platforms.test_concurrency import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("N03"),
    pytest.mark.trust("T12"),
    pytest.mark.trust("T46"),
]
ROWS = 300


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    connection.close()


@pytest.fixture
def tokens(regions: Any) -> dict[str, str]:
    """Of the hub of 鄞州区, of its only platform, and of the hub of 慈溪市."""
    first = cast.platform(regions["330212"])
    cast.platform(regions["330282"])
    holders: dict[str, dict[str, Any]] = {
        "hub": {"region": regions["330212"]},
        "platform": {"platform": first},
        "cixi": {"region": regions["330282"]},
    }
    now = timezone.now()
    made = {name: api_tokens.issue(**holder, by=None, at=now, actor="测试") for name, holder in holders.items()}
    for token, _ in made.values():
        api_tokens.note_use(token=token, at=now)
    return {name: text for name, (_, text) in made.items()}


def rows(numbers: range = range(ROWS), platform: str = "330212-001", **values: Any) -> list[dict[str, Any]]:
    """Records of 60 enterprises in eight classes and twelve months, so that batches meet on many keys."""
    classes = ("information", "finance", "startup", "talent", "technology", "management", "market", "law")
    return [
        cast.row(
            number, platform,
            **{
                "served_on": f"2025-{number % 12 + 1:02d}-01",
                "service_class": classes[number % 8],
                "enterprise_code": factories.credit_code(number % 60 + 1),
                "enterprise_name": f"宁波企业{number % 60}有限公司",
            } | values,
        )
        for number in numbers
    ]  # fmt: skip


def send(token: str, batch: list[dict[str, Any]]) -> dict[str, int]:
    """Send a batch; return its counts. Any answer but 200 is a failure."""
    answer = Client(headers={"authorization": f"Bearer {token}"}).post(
        "/api/v1/service-records/", json.dumps({"records": batch}), content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said.pop("rejected") == []
    return said  # type: ignore[no-any-return]


def together(*batches: tuple[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Send batches at the same moment and add up what was answered."""
    answers = at_once(*[lambda token=token, batch=batch: send(token, batch) for token, batch in batches])
    assert [each for each in answers if not isinstance(each, dict)] == []
    return {name: sum(each[name] for each in answers) for name in ("created", "updated", "unchanged")}


def exact(records: int) -> None:
    assert ServiceRecord.objects.count() == records
    assert sum(PlatformMonth.objects.values_list("records", flat=True)) == records
    assert service_recount.differences() == ()


def test_the_same_batch_from_four_at_once_is_there_once(tokens: dict[str, str]) -> None:
    assert together(*[(tokens["hub"], rows())] * 4) == {"created": ROWS, "updated": 0, "unchanged": 3 * ROWS}
    exact(ROWS)


def test_overlapping_batches_in_opposite_order_end_both(tokens: dict[str, str]) -> None:
    up, down = rows(range(200)), rows(range(100, 300))[::-1]
    assert together(*[(tokens["hub"], up), (tokens["hub"], down)] * 2) == {
        "created": 300, "updated": 0, "unchanged": 500,
    }  # fmt: skip
    exact(300)


def test_sources_that_share_enterprises_and_months_do_not_wait_in_a_circle(tokens: dict[str, str]) -> None:
    """New enterprises, names that change and rollups of the same platform, each in opposite order."""
    hub, platform, cixi = rows(), rows()[::-1], rows(platform="330282-001")[::-1]
    three = ((tokens["hub"], hub), (tokens["platform"], platform), (tokens["cixi"], cixi))
    assert together(*three) == {"created": 3 * ROWS, "updated": 0, "unchanged": 0}
    exact(3 * ROWS)
    assert Enterprise.objects.count() == 60
    renamed = [
        (
            token,
            [each | {"enterprise_name": f"宁波{name}企业有限公司", "fee": 7, "service_class": "law"} for each in batch],
        )
        for name, (token, batch) in zip("甲乙丙", three, strict=True)
    ]
    assert together(*renamed) == {"created": 0, "updated": 3 * ROWS, "unchanged": 0}
    exact(3 * ROWS)
    assert set(Enterprise.objects.values_list("name", flat=True)) <= {f"宁波{name}企业有限公司" for name in "甲乙丙"}


def test_corrections_of_the_same_records_follow_one_another(tokens: dict[str, str]) -> None:
    """Whoever comes last is right, whole batch by whole batch; each leaves what was before."""
    assert send(tokens["hub"], rows())["created"] == ROWS
    answers = together((tokens["hub"], rows(fee=1)), (tokens["hub"], rows(fee=2)[::-1]))
    assert answers == {"created": 0, "updated": 2 * ROWS, "unchanged": 0}
    assert set(ServiceRecord.objects.values_list("version", flat=True)) == {3}
    assert len(set(ServiceRecord.objects.values_list("fee", flat=True))) == 1
    exact(ROWS)
