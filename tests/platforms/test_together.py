"""Rows of several tables in one question are what each table gives by itself."""

from typing import Any

import pytest

from platforms.models import Application, NamingRule, ServiceOffer, StaffMember
from platforms.together import Part, only, rows_of

PERSON = {"sex": "female", "education": "bachelor", "post": "受理", "full_time": True, "years": 3}


@pytest.fixture
def form(draft: Application) -> Application:
    StaffMember.objects.create(application=draft, name="张“引号”\n换行", **PERSON)
    part_time = {**PERSON, "full_time": False, "years": None, "unreadable": {"years": {"text": "三"}}}
    StaffMember.objects.create(application=draft, name="李四", **part_time)
    ServiceOffer.objects.create(application=draft, service_class="", content="政策咨询", fee_standard="每次 1 元")
    return draft


def test_each_value_comes_as_its_column_gives_it(form: Application, django_assert_num_queries: Any) -> None:
    columns = ("name", "full_time", "years", "unreadable", "application")
    expected = list(StaffMember.objects.order_by("pk").values(*columns))
    parts = {
        "staff": Part(StaffMember.objects.all(), columns, "application"),
        "services": Part(ServiceOffer.objects.all(), ("content", "is_free"), "application"),
        "none": Part(StaffMember.objects.filter(name=""), ("name",), "application"),
    }
    with django_assert_num_queries(1):
        found = rows_of(parts)
    offers = list(ServiceOffer.objects.values("content", "is_free"))
    assert found == {"staff": {form.pk: expected}, "services": {form.pk: offers}, "none": {}}
    assert [type(each["full_time"]) for each in found["staff"][form.pk]] == [bool, bool]


def test_rows_without_a_group_stand_alone(form: Application) -> None:
    NamingRule.objects.create(type="town", pattern="{地区}{地点}窗口平台")
    found = rows_of({"rules": Part(NamingRule.objects.all(), ("type", "pattern"))})
    assert only(found["rules"]) == [{"type": "town", "pattern": "{地区}{地点}窗口平台"}]
    assert only({}) == ()


def test_nothing_asked_is_no_question(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert rows_of({}) == {}


def test_what_json_does_not_hold_exactly_is_refused() -> None:
    with pytest.raises(TypeError):
        rows_of({"forms": Part(Application.objects.all(), ("floor_area",))})
