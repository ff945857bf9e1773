"""Flags in the back office: raised from the list, read by whom they are for, with the file of the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluation.flags import services
from evaluation.models import Assessment, Flag
from platforms.applications.services import notes
from platforms.models import User
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
LIST = "admin:evaluation_flag_changelist"
ADD = "admin:evaluation_flag_add"


@pytest.fixture
def assessment(city: User) -> Assessment:
    once(stage.graded_round, {"330212": {"A": 1}, "330282": {"scored": 1}})
    return Assessment.objects.get(application__region__code="330212")


def page(row: Flag) -> str:
    return reverse("admin:evaluation_flag_change", args=(row.pk,))


def raised(assessment: Assessment, by: User, **changes: Any) -> Flag:
    facts = {"assessment": assessment, "kind": "mismatch", "text": "服务数与记录不符", "for_whom": "county"}
    return services.raise_flag(**{**facts, **changes}, by=by, at=timezone.now())


def test_the_city_raises_a_flag_and_what_was_typed_survives_a_mistake(
    browser_of: Any, city: User, assessment: Assessment
) -> None:
    office = browser_of(city)
    form = office.get(reverse(ADD) + f"?assessment={assessment.pk}").content.decode()
    assert f'<option value="{assessment.pk}" selected>' in form
    typed = {"assessment": assessment.pk, "kind": "mismatch", "for_whom": "", "text": "服务数与记录不符"}
    wrong = office.post(reverse(ADD), typed)
    assert (wrong.status_code, Flag.objects.count()) == (200, 0)
    assert "服务数与记录不符</textarea>" in wrong.content.decode()
    answer = office.post(reverse(ADD), typed | {"for_whom": "county"}, follow=True)
    row = Flag.objects.get()
    assert (row.kind, row.for_whom, row.raised_by) == ("mismatch", "county", city)
    assert row.number in answer.content.decode()


def test_a_county_reads_its_flag_and_nothing_of_points_or_grades(
    browser_of: Any, yinzhou: User, cixi: User, city: User, assessment: Assessment
) -> None:
    row, hidden = raised(assessment, city), raised(assessment, city, for_whom="city", text="利益关联线索")
    for words, readers in (("县级可读的备注", "county"), ("市级自用的备注", "city")):
        notes.write(application=assessment.application, text=words, readers=readers, by=city, at=timezone.now())
    desk = browser_of(yinzhou)
    text = desk.get(page(row)).content.decode()
    assert "服务数与记录不符" in text
    assert "鄞州区经办人员、市经信局" in text
    assert ("县级可读的备注" in text, "市级自用的备注" in text) == (True, False)
    assert str(assessment.points) not in text
    for word in ("得分", "建议档次", "核定档次", assessment.grade_label, "查看该平台的评价"):
        assert word not in text, word
    assert desk.get(page(hidden)).status_code == 404
    assert browser_of(cixi).get(page(row)).status_code == 404
    listed = desk.get(reverse(LIST)).content.decode()
    assert (row.number in listed, hidden.number in listed) == (True, False)
    assert "待核实 1 项" in listed
    # The city is led on to the sheet.
    office = browser_of(city).get(page(hidden)).content.decode()
    assert reverse("admin:evaluation_assessment_change", args=(assessment.pk,)) in office
    assert "仅市经信局" in office


def test_answer_and_resolution_are_made_by_buttons(
    browser_of: Any, yinzhou: User, city: User, assessment: Assessment
) -> None:
    row = raised(assessment, city)

    def move(name: str) -> str:
        return reverse("admin:evaluation_flag_move", args=(row.pk, name))

    desk, office = browser_of(yinzhou), browser_of(city)
    assert move("answer") in desk.get(page(row)).content.decode()
    assert move("answer") not in office.get(page(row)).content.decode()
    assert desk.post(move("answer"), {"reason": " "}).status_code == 200
    done = desk.post(move("answer"), {"reason": "已核对记录"}, follow=True).content.decode()
    assert "已答复 " in done
    assert "已核对记录" in office.get(move("resolve")).content.decode()
    office.post(move("resolve"), {"reason": "差异已更正"})
    row.refresh_from_db()
    assert (row.status, row.resolution) == ("resolved", "差异已更正")
    closed = desk.get(page(row)).content.decode()
    assert "差异已更正" in closed
    assert move("answer") not in closed


def test_the_list_is_narrowed_by_kind_state_region_and_days_and_taken_along(
    browser_of: Any, city: User, assessment: Assessment
) -> None:
    office, other = browser_of(city), Assessment.objects.get(application__region__code="330282")
    first, second = raised(assessment, city), raised(other, city, kind="interest", for_whom="city")
    late = timezone.localdate() - timedelta(days=1)
    Flag.objects.filter(pk=second.pk).update(due_on=late)
    services.resolve(flag=first, reason="属实", by=city, at=timezone.now())
    region = assessment.application.region_id
    for query, found in (
        ("status__exact=resolved", first),
        ("kind__exact=interest", second),
        ("for_whom__exact=city", second),
        ("late=yes", second),
        (f"assessment__application__region__id__exact={region}", first),
    ):
        shown = office.get(f"{reverse(LIST)}?{query}").context["cl"].result_list
        assert list(shown) == [found], query
    assert "待核实，已逾期 1 天" in office.get(page(second)).content.decode()
    file = b"".join(office.get(reverse("admin:evaluation_flag_list", args=("csv",))).streaming_content).decode()
    assert [number in file for number in (first.number, second.number)] == [True, True]
