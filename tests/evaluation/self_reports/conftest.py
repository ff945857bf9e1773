"""An evaluation that was started today, in which two units of 鄞州区 and one of 慈溪市 report."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from evaluation.models import Evaluation, SelfReport
from evaluation.self_reports.services import filling, links
from evaluation.self_reports.services.links import Sent
from platforms.models import Application, Platform, User
from tests.evaluation import stage
from tests.evaluation.self_reports import writing
from tests.kept_rows import once
from tests.platforms.supervised import record_of

DAY = timedelta(days=1)


@pytest.fixture
def at() -> datetime:
    return timezone.now()


def _evaluation(city: User, at: datetime) -> Evaluation:
    round_ = stage.filed_round({"330212": {"A": 2}, "330282": {"A": 1}, stage.INDUSTRY: {"A": 1}})
    Application.objects.update(contact_email="unit@example.cn")
    # One figure rests on the records, two on the form alone; one line is scored and takes no figure.
    lines = stage.scheme_of(round_).indicators
    sources = {"attendance": "counted_services", "enterprises": "enterprises_served", "events": "events_held"}
    for code, source in sources.items():
        lines.filter(code=code).update(source=source)
    lines.filter(code="partners").update(unit="")
    # Long before the period: there are records, and none that counts.
    record_of(Platform.objects.all()[0], 1, served_on=date(2019, 1, 1))
    return stage.started(round_, by=city, at=at)


@pytest.fixture
def evaluation(db: None, city: User, at: datetime) -> Evaluation:
    return once(_evaluation, city, at)


@pytest.fixture
def report(evaluation: Evaluation) -> SelfReport:
    return writing.report_of("330212")


@pytest.fixture
def sent(report: SelfReport, yinzhou: User, at: datetime) -> Sent:
    return links.send(report=report, by=yinzhou, at=at)


@pytest.fixture
def handed_in(sent: Sent, at: datetime) -> SelfReport:
    """The report with each figure at 12."""
    writing.fill(sent.link, at)
    return filling.hand_in(link=sent.link, filled_by="王填报", version=2, at=at)
