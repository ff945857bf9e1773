import pytest

from evaluation.models import Publication
from platforms.models import Region
from tests.evaluation.stage import published_round


@pytest.fixture
def publication(regions: dict[str, Region]) -> Publication:
    """A published round of 2025: ten platforms in 鄞州区, three in 慈溪市, one of the city."""
    return published_round(
        {"330212": {"A": 4, "B": 3, "C": 2, "D": 1}, "330282": {"A": 2, "D": 1}, "HY": {"B": 1}}, year=2025
    )
