"""Before filing is opened (四·(一)): what is missing is told first, stops the act or asks for a reason that is kept."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from platforms.errors import Refusal
from platforms.models import AuditEvent, NamingRule, Phase, Quota, Region, Round, RoundOverride, TaskTemplate, User
from platforms.rounds.queries.opening import before_opening
from platforms.rounds.readiness import Finding, Weight, asking, stopping
from platforms.rounds.services import rounds
from platforms.tasks.services import templates as task_templates
from tests import factories
from tests.factories import default_scheme as load_default_scheme

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 10)


@pytest.fixture
def ready(city: User, regions: dict[str, Region], now: datetime) -> Round:
    """A round in preparation that lacks nothing."""
    row = factories.round_of(2026, "preparing")
    Quota.objects.bulk_create(Quota(round=row, region=region, places=3) for region in regions.values())
    task_templates.load_defaults(round=row, by=city, at=now)
    load_default_scheme()
    return row


def found(row: Round, on: date = ON) -> list[tuple[str, str]]:
    """What asks for a reason or stops, by weight and sentence."""
    row.refresh_from_db()
    return [(each.weight, each.sentence) for each in before_opening(row, on=on) if each.weight != Weight.NOTE]


@pytest.mark.clause("N15")
def test_a_round_that_lacks_nothing_is_opened_without_a_reason(ready: Round, city: User, now: datetime) -> None:
    assert found(ready) == []
    assert rounds.move_round(round=ready, name="open_filing", by=city, at=now).status == "filing"
    assert not RoundOverride.objects.exists()


@pytest.mark.clause("N09")
def test_regions_without_a_quota_are_named(ready: Round) -> None:
    Quota.objects.filter(region__code__in=("330212", "330282")).delete()
    assert found(ready) == [("asks", "2 个地区没有名额：鄞州区、慈溪市。")]


@pytest.mark.clause("N18")
def test_a_round_without_tasks_is_told(ready: Round) -> None:
    TaskTemplate.objects.update(retired=True)
    assert found(ready) == [("asks", "2026年度没有阶段任务，各平台不会收到任务。")]


@pytest.mark.clause("N20")
def test_a_round_without_a_scheme_that_could_be_used_is_told(ready: Round) -> None:
    load_default_scheme().indicators.filter(code="venue").delete()
    assert found(ready) == [("asks", "没有可以启用的评价方案，申报单位看不到评价依据。")]


@pytest.mark.clause("N17")
@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        (date(2026, 3, 17), "上报截止日期（2026年3月17日）不在“第一阶段：申报”（2026年3月18日至2026年4月17日）之内。"),
        (date(2026, 3, 18), ""),
        (date(2026, 4, 17), ""),
        (date(2026, 4, 18), "上报截止日期（2026年4月18日）不在“第一阶段：申报”（2026年3月18日至2026年4月17日）之内。"),
    ],
)
def test_reports_are_due_within_phase_one(ready: Round, due: date, sentence: str) -> None:
    Round.objects.update(report_due_on=due)
    assert found(ready) == ([("asks", sentence)] if sentence else [])


@pytest.mark.clause("N17")
def test_days_that_are_over_are_told(ready: Round) -> None:
    due = date(2026, 4, 17)
    assert found(ready, due) == []
    late = "上报截止日期（2026年4月17日）已过，各地上报的都将标记为逾期。"
    assert found(ready, due + timedelta(days=1)) == [("asks", late)]
    Round.objects.update(report_due_on=date(2026, 4, 20))
    told = [sentence for _, sentence in found(ready, date(2026, 4, 18))]
    assert told[1:] == ["“第一阶段：申报”已于2026年4月17日结束。"]


def test_a_day_of_another_year_is_noted(ready: Round) -> None:
    Round.objects.update(year=2027)
    ready.refresh_from_db()
    notes = [each.sentence for each in before_opening(ready, on=ON) if each.weight == Weight.NOTE]
    assert "上报截止日期（2026年4月17日）不在 2027 年。" in notes
    assert found(ready) == []


def test_another_round_that_takes_filings_is_noted(ready: Round) -> None:
    factories.round_of(2025, "filing")
    told = [(each.weight, each.sentence) for each in before_opening(ready, on=ON)]
    assert told[0] == ("note", "2025年度仍在受理申报。")
    assert found(ready) == []


def test_types_called_by_the_rule_of_the_software_are_noted_and_ask_for_nothing(ready: Round) -> None:
    notes = [each for each in before_opening(ready, on=ON) if each.weight == Weight.NOTE]
    assert [each.sentence[:23] for each in notes] == ["以下类型尚未设置命名规则，按软件默认规则命名："]
    NamingRule.objects.bulk_create(
        NamingRule(type=each, pattern="{地区}{名称}窗口平台")
        for each in ("functional_zone", "town", "park", "industry")
    )
    assert before_opening(ready, on=ON) == []


def test_phases_that_are_missing_overlap_or_miss_their_tasks_stop_it(ready: Round, city: User, now: datetime) -> None:
    trial = Phase.objects.filter(number=3)
    trial.update(starts_on=date(2026, 5, 20))
    task = TaskTemplate.objects.filter(phase=3).order_by("position")[0]
    TaskTemplate.objects.filter(pk=task.pk).update(due_on=date(2026, 7, 26))
    told = [
        ("stops", "“第三阶段：试运行”须在“第二阶段：联通与整改”结束之后开始。"),
        ("stops", f"任务“{task.title}”的完成期限（2026-07-26）不在“第三阶段：试运行”之内，请一并调整。"),
    ]
    assert found(ready) == told
    with pytest.raises(Refusal, match="不能开始受理申报：“第三阶段：试运行”须在"):
        rounds.move_round(round=ready, name="open_filing", by=city, at=now, reason="先行受理")
    trial.delete()
    assert found(ready)[0] == ("stops", "请先填写“第三阶段：试运行”的起止日期。")
    assert not RoundOverride.objects.exists()


def test_the_reason_is_kept_with_what_was_missing_and_who_went_on(ready: Round, city: User, now: datetime) -> None:
    Quota.objects.all().delete()
    with pytest.raises(Refusal, match="未开始受理申报，尚有以下事项：17 个地区没有名额：海曙区、"):
        rounds.move_round(round=ready, name="open_filing", by=city, at=now, reason=" ")
    rounds.move_round(round=ready, name="open_filing", by=city, at=now, reason="名额另行下达")
    kept = RoundOverride.objects.get()
    assert (kept.round, kept.act, kept.reason, kept.by, kept.at) == (ready, "open_filing", "名额另行下达", city, now)
    # On the page a few are named, in the record all of them.
    assert len(kept.gaps) == 1
    assert kept.gaps[0].count("、") == 16
    event = AuditEvent.objects.get(verb="带缺项开始受理申报")
    assert (event.object_code, event.reason) == ("2026", "名额另行下达")


@pytest.mark.trust("T49")
def test_the_record_stays(ready: Round, city: User, now: datetime) -> None:
    Quota.objects.all().delete()
    rounds.move_round(round=ready, name="open_filing", by=city, at=now, reason="名额另行下达")
    rows = RoundOverride.objects.all()
    for act in (lambda: rows.update(reason="没有这回事"), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(IntegrityError, match="带缺项办理的记录不得修改或删除"), transaction.atomic():
            act()
    assert rows.get().reason == "名额另行下达"
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundOverride.objects.create(round=ready, act="open_filing", gaps=[], reason="", at=now, by=city)


def test_a_finding_names_a_few_and_keeps_all() -> None:
    names = tuple((f"第{number}", "") for number in range(6))
    finding = Finding("还有 6 份", Weight.STOPS, names)
    assert finding.sentence == "还有 6 份：第0、第1、第2、第3、第4等。"
    assert finding.full == "还有 6 份：第0、第1、第2、第3、第4、第5。"
    assert Finding("没有任务。").sentence == "没有任务。"
    assert (stopping([finding]), asking([finding])) == ([finding], [])
