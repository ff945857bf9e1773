"""A platform of 鄞州区 that is told that its certification is to be revoked, and one whose grade is to be D."""

from datetime import UTC, date, datetime

import pytest

from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Assessment
from platforms.models import Application, Platform, User
from tests.evaluation import stage
from tests.kept_rows import once

AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
UNTIL = date(2021, 6, 8)


@pytest.fixture
def platform(db: None) -> Platform:
    """One that is certified since 2020, whose contact has an address."""
    found = once(stage.certified).result.platform
    Application.objects.update(contact_email="unit@example.cn")
    return found


@pytest.fixture
def sent(platform: Platform, city: User) -> Sent:
    """What ``city`` told it on 1 June 2021, to be answered until 8 June."""
    return hearings.send(
        kind="revocation", platform=platform, recipient=platform.operator_name, intended="拟撤销认定",
        reasons="向3家企业收取服务费。", answer_by=UNTIL, by=city, at=AT,
    )  # fmt: skip


@pytest.fixture
def graded(city: User) -> Sent:
    """What is told about a D of a platform in 鄞州区 whose round is not public yet."""
    stage.confirmed_round({"330212": {"D": 1}})
    assessment = Assessment.objects.get()
    return hearings.send(
        kind="grade", platform=assessment.application.platform, assessment=assessment,
        recipient=assessment.application.operator_name, intended="拟评定为D档，不予认定",
        reasons="得分低于最低分数线。", answer_by=UNTIL, by=city, at=AT,
    )  # fmt: skip
