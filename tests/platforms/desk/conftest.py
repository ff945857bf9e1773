"""What the desk's tests share: a browser of 鄞州区, and the number of an application in an address."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from platforms.models import Application, Round, User
from tests import factories


@pytest.fixture
def desk(yinzhou: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(yinzhou)


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    """An empty draft of 鄞州区."""
    return factories.draft(yinzhou, round_2026, now)


@pytest.fixture
def save(desk: Client) -> Callable[..., HttpResponse]:
    """A function that sends one section of a form from the desk of 鄞州区."""

    def send(application: Application, slug: str, **fields: Any) -> Any:
        application.refresh_from_db()
        address = reverse("desk:section", args=[application.number, slug])
        return desk.post(address, {"version": application.version, "save": "1"} | fields)

    return send


def rows(kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """The fields of a formset of ``kind`` as a browser sends them."""
    sent: dict[str, Any] = {f"{kind}-TOTAL_FORMS": len(rows), f"{kind}-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        sent |= {f"{kind}-{place}-{name}": value for name, value in row.items()}
    return sent
