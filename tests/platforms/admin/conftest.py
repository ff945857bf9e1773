"""Two counties with something to find in each: every private text of 慈溪市 is a canary."""

from datetime import datetime
from typing import Any

import pytest

from platforms.models import Application, Round, User
from tests import factories

CANARY = "金丝雀"


@pytest.fixture
def ours(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    """A submitted application of 鄞州区."""
    return factories.submitted(yinzhou, round_2026, now)


@pytest.fixture
def theirs(cixi: User, round_2026: Round, now: datetime) -> Application:
    """A submitted application of 慈溪市, full of canaries."""
    return factories.submitted(
        cixi,
        round_2026,
        now,
        town=factories.town(cixi.region, f"{CANARY}镇"),
        operator_name=f"{CANARY}服务中心",
        introduction=f"{CANARY}简介",
    )


@pytest.fixture
def their_draft(cixi: User, round_2026: Round, now: datetime) -> Application:
    """A draft of 慈溪市."""
    return factories.draft(cixi, round_2026, now, town=factories.town(cixi.region, f"{CANARY}乡"))


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
