import pytest

from evaluation.models import PublicNotice
from platforms.models import Region
from tests.evaluation.public_notice.noticed import opened
from tests.evaluation.stage import confirmed_round
from tests.kept_rows import once


@pytest.fixture
def notice(regions: dict[str, Region]) -> PublicNotice:
    """An opened notice of the round of 2026: two A and a D in 鄞州区, a B in 慈溪市."""
    return opened(once(confirmed_round, {"330212": {"A": 2, "D": 1}, "330282": {"B": 1}}, year=2026))
