"""An application from draft to withdrawal."""

from datetime import datetime

import pytest

from platforms.models import Round, User
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_complete_application_is_submitted(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    assert factories.submitted(yinzhou, round_2026, now).status == "submitted"
    assert factories.returned(yinzhou, round_2026, now, city=city).status == "returned"
    made = factories.accepted(yinzhou, round_2026, now, city=city)
    assert made.platform.code == "330212-001"
    assert factories.accepted(city, round_2026, now, city=city, type="industry").platform.code == "HY-001"
