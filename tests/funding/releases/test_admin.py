"""Releasing in the back office: the button, the form, what becomes public, and what waits."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from funding.models import AllocationRelease, AllocationRun
from platforms.models import Mail, User
from platforms.one_use import KEY
from tests import factories
from tests.factories import PASSWORD
from tests.funding.releases.test_desk import browser_of
from tests.funding.worked import DOCUMENT, USE_DUE_ON, locked, released, signed, small_round, worked_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance2() -> User:
    return factories.person("finance2", "finance")


def page(run: AllocationRun) -> str:
    return reverse("admin:funding_allocationrun_change", args=(run.pk,))


def form(run: AllocationRun) -> str:
    return reverse("admin:funding_allocationrelease_release", args=(run.pk,))


def filled(**other: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "document_number": "甬财[2020]88号",
        "decided_on": today.isoformat(),
        "use_due_on": (today + timedelta(days=200)).isoformat(),
        "password": PASSWORD,
    } | other


def test_the_button_stands_on_the_page_of_a_locked_run_for_finance_alone(
    finance: User, finance2: User, city: User
) -> None:
    run = locked(small_round(), finance, finance2)
    assert form(run) in browser_of(finance).get(page(run)).content.decode()
    assert form(run) not in browser_of(city).get(page(run)).content.decode()


def test_before_the_lock_there_is_no_button(finance: User, finance2: User) -> None:
    run = signed(small_round(), finance)
    assert form(run) not in browser_of(finance2).get(page(run)).content.decode()


def test_the_form_says_what_becomes_public(finance: User, finance2: User) -> None:
    run = locked(worked_round(), finance, finance2)
    text = browser_of(finance).get(form(run)).content.decode()
    assert "将公布2020年度资金分配2020-ZJ-01：资金总额15,000,000元，17个地区合计分配15,000,000元。" in text
    assert "未评定、撤回和撤销的只公开数量，不公开平台名称；签署人员不公开。" in text
    assert "公布后不能撤回或修改；需要调整的，另建测算更正并再次公布。" in text


def test_the_form_releases_once_and_leads_to_the_release(finance: User, finance2: User) -> None:
    run = locked(small_round(), finance, finance2)
    browser = browser_of(finance)
    answers = [browser.post(form(run), filled(**{KEY: "pressed-twice"})) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    late = browser.post(form(run), filled())
    assert (late.status_code, "2020-ZJ-01的分配结果已经公布。" in late.content.decode()) == (409, True)
    made = AllocationRelease.objects.get()
    assert (made.run, made.document_number, made.released_by) == (run, DOCUMENT, finance)
    assert Mail.objects.filter(kind="allocated").count() == 2
    text = browser.get(reverse("admin:funding_allocationrelease_change", args=(made.pk,))).content.decode()
    assert DOCUMENT in text
    assert form(run) not in browser.get(page(run)).content.decode()
    assert DOCUMENT in browser.get(page(run)).content.decode()


@pytest.mark.parametrize(
    ("other", "status", "sentence"),
    [
        ({"document_number": "八十八"}, 409, "请按“机关代字〔年份〕序号”填写文号，如 经信〔2026〕12号。"),
        ({"decided_on": "2020-01-01"}, 409, "文件日期不能早于锁定日期2020年10月12日。"),
        ({"use_due_on": "2020-01-01"}, 409, "使用情况报告截止日期须晚于今日"),
        ({"password": "another"}, 200, "密码不正确"),
    ],
)
def test_what_is_refused_stands_at_its_field_and_nothing_typed_is_lost(
    other: dict[str, Any], status: int, sentence: str, finance: User, finance2: User
) -> None:
    run = locked(small_round(), finance, finance2)
    data = filled(**other)
    answer = browser_of(finance).post(form(run), data)
    assert answer.status_code == status
    text = answer.content.decode()
    assert sentence in text
    assert {f'value="{data[name]}"' in text for name in ("document_number", "decided_on", "use_due_on")} == {True}
    assert not AllocationRelease.objects.exists()


def test_a_run_that_cannot_be_released_is_told_so_on_its_page(finance: User) -> None:
    run = signed(small_round(), finance)
    answer = browser_of(finance).get(form(run), follow=True)
    assert answer.redirect_chain == [(page(run), 302)]
    assert "当前为“已签署待锁定”，锁定后才可以公布分配结果。" in answer.content.decode()


def test_the_list_says_which_release_holds(finance: User, finance2: User, city: User) -> None:
    released(small_round(), finance, finance2)
    for person in (finance, city):
        text = browser_of(person).get(reverse("admin:funding_allocationrelease_changelist")).content.decode()
        assert (DOCUMENT in text, USE_DUE_ON.strftime("%Y") in text, "有效" in text) == (True, True, True)


def test_a_locked_run_waits_for_finance_until_it_is_released(finance: User, finance2: User) -> None:
    run = locked(small_round(), finance, finance2)
    browser = browser_of(finance)
    assert "公布资金分配结果" in browser.get("/admin/").content.decode()
    browser.post(form(run), filled())
    assert "公布资金分配结果" not in browser.get("/admin/").content.decode()
