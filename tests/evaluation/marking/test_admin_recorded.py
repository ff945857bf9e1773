"""What the system recorded, beside the marking sheet: each figure opens its records."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from evaluation.models import Assessment
from platforms.models import User
from platforms.rounds.counted_period import Period
from platforms.workbench.counted_figures import FIGURES
from platforms.workbench.queries.counting import records_url
from tests.evaluation import stage
from tests.platforms.supervised import record_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
PERIOD = Period(date(2020, 4, 18), date(2020, 7, 25))


def recorded(browser_of: Any, city: User) -> list[dict[str, Any]]:
    row = Assessment.objects.get()
    page = browser_of(city).get(reverse("admin:evaluation_assessment_change", args=(row.pk,)))
    found: list[dict[str, Any]] = page.context["recorded"]
    return found


def test_each_figure_of_the_sheet_opens_its_records(browser_of: Any, city: User) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}})
    stage.started(round_, by=city)
    platform = Assessment.objects.get().application.platform
    assert platform is not None
    for number, free in enumerate(("policy", "", "")):
        record_of(platform, number, served_on=PERIOD.last, free_category=free)
    found = {each["label"]: each for each in recorded(browser_of, city)}
    assert list(found) == [figure.label for figure in FIGURES.values()]
    share = FIGURES["counted_free_share"]
    url = records_url(share.key, platform.pk, PERIOD).replace("&", "&amp;")
    assert found[share.label] == {"label": share.label, "value": f'<a href="{url}">33.33</a>', "unit": "%"}
    # There was no return to hand in.
    assert found["定期报送按时率"] == {"label": "定期报送按时率", "value": "无"}
