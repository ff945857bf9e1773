from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from evaluation.marking.services.start import sync_assessments
from evaluation.models import Assessment, Evaluation, Indicator, Scheme, SchemeCutoff, Score
from evaluation.schemes import default_scheme, grading
from evaluation.schemes.choices import SchemeStatus
from evaluation.schemes.queries import problems_of, without_data
from evaluation.schemes.services import copy_scheme, put_to_use
from platforms.applications.choices import ApplicationStatus
from platforms.errors import Refusal
from platforms.models import Application, AuditEvent, Platform, User
from tests import factories
from tests.evaluation import stage
from tests.factories import default_scheme as load_default_scheme
from tests.platforms.supervised import record_of

pytestmark = pytest.mark.django_db
AT = stage.moment(2020)


def test_the_default_scheme_is_loaded_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="未载入：尚无已批准的通知"):
        call_command("load_default_scheme")
    factories.notice()
    call_command("load_default_scheme")
    call_command("load_default_scheme")
    assert Scheme.objects.count() == 1
    assert Indicator.objects.count() == len(default_scheme.SCORES) + len(default_scheme.GATES)
    assert grading.problems(load_default_scheme().value()) == ()
    assert "软件默认评价方案（第1版）" in capsys.readouterr().out


@pytest.mark.clause("N20")
def test_starting_opens_one_assessment_per_accepted_application_with_what_the_form_states(city: User) -> None:
    round_ = stage.filed_round({"330212": {"A": 2, "returned": 1, "draft": 1}, "HY": {"A": 1}})
    scheme = load_default_scheme()
    evaluation = stage.started(round_, scheme=scheme, by=city)
    assert evaluation.assessments.count() == 3
    assert Score.objects.count() == 3 * scheme.indicators.count()
    stated = {
        score.indicator.source: score.stated
        for score in Assessment.objects.all()[0].scores.select_related("indicator")
        if score.indicator.source
    }
    assert stated == {
        "floor_area": 320,
        "staff_full_time": 3,
        "rules_public": 3,
        "service_classes": 4,
        "free_services": 3,
        "satisfaction": Decimal("96.50"),
        "enterprises_served": 186,
        "requests_settled": 73,
        "events_held": 14,
        "attendance": 520,
        "free_share": Decimal("42.86"),
        "partners": 1,
        "verified_complaints": None,
    }


def test_starting_locks_the_scheme_and_the_database_keeps_it_locked(city: User) -> None:
    scheme = load_default_scheme()
    stage.started(stage.filed_round({"330212": {"A": 1}}), scheme=scheme, by=city)
    scheme.refresh_from_db()
    assert scheme.status == SchemeStatus.LOCKED
    assert AuditEvent.objects.get(verb="启用评价方案").object_code == str(scheme)
    indicator = Indicator.objects.filter(scheme=scheme, code="venue")
    cutoff = SchemeCutoff.objects.filter(scheme=scheme, grade="A")
    for act in (
        lambda: Scheme.objects.filter(pk=scheme.pk).update(note="改"),
        lambda: Scheme.objects.filter(pk=scheme.pk).update(missing_report="zero"),
        lambda: Scheme.objects.filter(pk=scheme.pk).update(explain_full=True),
        lambda: Scheme.objects.filter(pk=scheme.pk).update(difference_share=1),
        lambda: Scheme.objects.filter(pk=scheme.pk).update(gap_share=1),
        lambda: Scheme.objects.filter(pk=scheme.pk).update(status=SchemeStatus.DRAFT),
        lambda: Scheme.objects.filter(pk=scheme.pk).delete(),
        lambda: indicator.update(full_marks=1),
        lambda: indicator.update(marks_by_type={"park": "1"}),
        lambda: indicator.update(evidence_required=True),
        lambda: cutoff.update(least=80),
        lambda: cutoff.update(share=20),
        cutoff.delete,
        lambda: SchemeCutoff.objects.create(scheme=scheme, grade="E", least=10),
        lambda: Indicator.objects.create(
            scheme=scheme, order=99, head="content", code="new", title="新", method="gate"
        ),
    ):
        with pytest.raises(IntegrityError, match=r"评价方案已启用|FOREIGN KEY|protected"), transaction.atomic():
            act()


def test_an_unused_draft_is_deleted_with_its_rows(city: User) -> None:
    copy = copy_scheme(scheme=load_default_scheme(), by=city, at=AT)
    assert copy.delete()[1]["evaluation.Indicator"] == Indicator.objects.count()


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Scheme, {"missing_report": "later"}),
        (Scheme, {"difference_share": "100.01"}),
        (Scheme, {"gap_share": "-1"}),
        (SchemeCutoff, {"share": "0"}),
        (SchemeCutoff, {"share": "100.01"}),
    ],
)
def test_the_database_keeps_settings_within_their_bounds(model: Any, change: dict[str, Any]) -> None:
    load_default_scheme()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


def test_a_figure_without_any_record_is_refused_when_a_scheme_is_put_to_use(city: User) -> None:
    scheme = load_default_scheme()
    Indicator.objects.filter(scheme=scheme, code="services").update(source="counted_services")
    Indicator.objects.filter(scheme=scheme, code="enterprises").update(source="counted_enterprises")
    round_ = stage.filed_round({"330212": {"A": 1}})
    with pytest.raises(Refusal) as refused:
        stage.started(round_, scheme=scheme, by=city)
    assert str(refused.value) == (
        "评价方案“软件默认评价方案（第1版）”不能启用："
        "指标“服务企业”：系统中尚无“服务企业”的任何记录，请改用其他数值来源，或改为评分。"
        "指标“服务数量”：系统中尚无“服务记录”的任何记录，请改用其他数值来源，或改为评分。"
    )
    assert [each.place for each in without_data(scheme.value())] == [
        "indicators.enterprises.source",
        "indicators.services.source",
    ]
    # One record ever, whatever its day, is enough; no complaint at all takes nothing off.
    record_of(Platform.objects.all()[0], 1)
    assert problems_of(scheme.value()) == ()
    stage.started(round_, scheme=scheme, by=city)
    scheme.refresh_from_db()
    assert scheme.status == SchemeStatus.LOCKED


def test_a_scheme_is_put_to_use_once_in_the_log(city: User) -> None:
    scheme = load_default_scheme()
    put_to_use(scheme=scheme, by=city, at=AT)
    put_to_use(scheme=scheme, by=city, at=AT)
    assert (scheme.status, AuditEvent.objects.filter(verb="启用评价方案").count()) == (SchemeStatus.LOCKED, 1)


def test_a_locked_scheme_goes_on_as_a_new_version(city: User) -> None:
    scheme = load_default_scheme()
    stage.started(stage.filed_round({"330212": {"A": 1}}), scheme=scheme, by=city)
    copy = copy_scheme(scheme=scheme, by=city, at=AT)
    assert (copy.name, copy.version, copy.status) == (scheme.name, 2, SchemeStatus.DRAFT)
    assert copy.value() == Scheme.objects.get(pk=scheme.pk).value()
    assert copy.indicators.update(guide="可以修改") == scheme.indicators.count()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("filing", "2020年度尚未截止申报或已公布，不能启动评价。"),
        ("published", "2020年度尚未截止申报或已公布，不能启动评价。"),
    ],
)
def test_only_a_round_with_filing_closed_is_evaluated(city: User, status: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        stage.started(factories.round_of(2020, status), by=city)
    assert str(refused.value) == sentence
    assert Evaluation.objects.count() == 0


def test_a_round_is_evaluated_once(city: User) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}})
    stage.started(round_, by=city)
    with pytest.raises(Refusal, match="已经启动"):
        stage.started(round_, by=city)


def test_a_scheme_that_does_not_hold_together_is_refused_with_the_reason(city: User) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}})
    empty = Scheme.objects.create(notice=factories.notice(), name="空方案")
    with pytest.raises(Refusal) as refused:
        stage.started(round_, scheme=empty, by=city)
    assert str(refused.value) == "评价方案“空方案（第1版）”不能启用：评价方案尚无计分指标，请先添加指标。"
    short = load_default_scheme()
    short.indicators.filter(code="venue").delete()
    with pytest.raises(Refusal, match="满分合计为 92 分，应为 100 分"):
        stage.started(round_, scheme=short, by=city)
    assert Scheme.objects.filter(status=SchemeStatus.LOCKED).count() == 0


def test_what_is_accepted_later_is_added(city: User) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}, "330282": {"submitted": 1}})
    evaluation = stage.started(round_, by=city)
    assert sync_assessments(evaluation=evaluation, by=city, at=AT) == 0
    late = Application.objects.get(region__code="330282")
    late.platform = Application.objects.get(region__code="330212").platform
    late.status, late.accepted_at = ApplicationStatus.ACCEPTED, AT
    late.save()
    assert sync_assessments(evaluation=evaluation, by=city, at=AT) == 1
    assert evaluation.assessments.count() == 2


@pytest.mark.parametrize("person", ["yinzhou", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_starts(person: str, request: pytest.FixtureRequest) -> None:
    by = request.getfixturevalue(person)
    with pytest.raises(Refusal, match="没有“启动绩效评价”的权限"):
        stage.started(factories.round_of(2020, "evaluating"), by=by)
