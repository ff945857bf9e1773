"""What the scheme demands a proof of is not handed in without one."""

from datetime import datetime

import pytest
from django.utils import timezone

from evaluation.models import SelfReportLine
from evaluation.self_reports.services import filling, links
from platforms.errors import Refusal
from platforms.models import User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.self_reports.writing import entries_for, report_of


def test_a_gate_and_a_figure_that_must_be_proved_wait_for_their_proof(city: User, yinzhou: User) -> None:
    at: datetime = timezone.now()
    round_ = stage.filed_round({"330212": {"A": 1}})
    stage.scheme_of(round_).indicators.filter(code__in=("gate-venue", "events")).update(evidence_required=True)
    stage.started(round_, by=city, at=at)
    link = links.send(report=report_of("330212"), by=yinzhou, at=at).link
    bare = {code: filling.LineEntry(entry.value) for code, entry in entries_for(link.report).items()}
    report = filling.save(link=link, entries=bare, version=1, at=at)
    with pytest.raises(Refusal) as caught:
        filling.hand_in(link=link, filled_by="王填报", version=report.version, at=at)
    title = SelfReportLine.objects.get(report=report, indicator__code="gate-venue").indicator.title
    assert str(caught.value) == (
        f"“{title}”尚未填写说明。“{title}”须附佐证材料或链接。“组织服务活动”须附佐证材料或链接。"
    )
    proved = {
        "gate-venue": filling.LineEntry(remark="已悬挂统一标识", link="https://www.example.cn/sign.html"),
    }
    report = filling.save(link=link, entries=proved, version=report.version, at=at)
    line = SelfReportLine.objects.get(report=report, indicator__code="events")
    filling.add_file(link=link, line=line, upload=factories.upload(content=factories.PDF), at=at)
    done = filling.hand_in(link=link, filled_by="王填报", version=report.version, at=at)
    assert done.status == "handed_in"
