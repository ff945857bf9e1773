"""The page of a round before its filing is opened, and what it keeps of what was missing."""

from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse

from platforms.models import Phase, Region, Round, RoundOverride, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def preparing(city: User, regions: dict[str, Region]) -> Round:
    return factories.round_of(2099, "preparing")


def page(row: Round, tab: str) -> str:
    return f"{reverse('admin:platforms_round_change', args=(row.pk,))}?tab={tab}"


def move(row: Round) -> str:
    return reverse("admin:platforms_round_move", args=(row.pk, "open_filing"))


def test_what_is_missing_is_told_with_where_it_is_mended(browser_of: Any, city: User, preparing: Round) -> None:
    browser = browser_of(city)
    for address in (page(preparing, "readiness"), move(preparing)):
        text = browser.get(address).content.decode()
        assert "没有名额" in text
        assert page(preparing, "quotas") in text
        assert reverse("admin:platforms_round_load_tasks", args=(preparing.pk,)) in text
        assert reverse("admin:evaluation_scheme_changelist") in text


def test_filing_is_opened_with_a_reason_that_the_page_shows(browser_of: Any, city: User, preparing: Round) -> None:
    browser = browser_of(city)
    refused = browser.post(move(preparing), {"reason": ""})
    assert (refused.status_code, Round.objects.get().status) == (200, "preparing")
    assert browser.post(move(preparing), {"reason": "名额另行下达"}).status_code == 302
    assert (Round.objects.get().status, RoundOverride.objects.count()) == ("filing", 1)
    text = browser.get(page(preparing, "readiness")).content.decode()
    assert "带缺项办理的事项" in text
    assert "理由：名额另行下达" in text


def test_what_stops_it_leaves_no_button(browser_of: Any, city: User, preparing: Round) -> None:
    Phase.objects.filter(number=2).delete()
    browser = browser_of(city)
    text = browser.get(move(preparing)).content.decode()
    assert "请先填写“第二阶段：联通与整改”的起止日期。" in text
    assert ">开始受理申报</button>" not in text
    browser.post(move(preparing), {"reason": "先行受理"})
    assert Round.objects.get().status == "preparing"


def test_a_county_reads_the_period_and_nothing_of_what_was_missing(
    browser_of: Any, city: User, yinzhou: User, preparing: Round
) -> None:
    browser_of(city).post(move(preparing), {"reason": "名额另行下达"})
    county = browser_of(yinzhou)
    text = "".join(county.get(page(preparing, tab)).content.decode() for tab in ("dates", "readiness"))
    assert "2099年4月18日至2099年7月25日（“第二阶段：联通与整改”首日至“第三阶段：试运行”末日）" in text
    assert "带缺项办理的事项" not in text
    assert "个地区没有名额" not in text


def test_the_days_are_set_on_the_page_while_the_round_is_prepared(
    browser_of: Any, city: User, preparing: Round
) -> None:
    browser = browser_of(city)

    def save(first: str, last: str) -> str:
        form = browser.get(page(preparing, "dates")).context["adminform"].form
        data = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
        data |= {"counted_from": first, "counted_until": last}
        data |= browser_fields(browser.get(page(preparing, "dates")))
        return browser.post(page(preparing, "dates"), data, follow=True).content.decode()

    assert "评价期间的结束日期不能早于开始日期。" in save("2099-06-02", "2099-06-01")
    assert Round.objects.get().counted_from is None
    save("2099-05-01", "2099-07-01")
    row = Round.objects.get()
    assert (row.counted_from, row.counted_until) == (date(2099, 5, 1), date(2099, 7, 1))
    text = browser.get(page(preparing, "dates")).content.decode()
    assert "2099年5月1日至2099年7月1日（由市经信局设定）" in text


def browser_fields(page: Any) -> dict[str, str]:
    """The hidden fields of the page and of its rows, as a browser would send them back."""
    sent: dict[str, str] = {}
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        for form in (formset.management_form, *formset.forms):
            for name in form.fields:
                value = form[name].value()
                sent[form.add_prefix(name)] = "" if value is None else str(value)
    return sent | {page.context["shown_name"]: page.context["shown_digest"]}


@pytest.mark.parametrize("when", ["begun", "fixed"])
def test_after_that_the_page_shows_them_only(
    browser_of: Any, city: User, preparing: Round, now: datetime, when: str
) -> None:
    Round.objects.update(status="filing")
    if when == "fixed":
        Round.objects.update(
            status="evaluating", counted_from=date(2099, 5, 1), counted_until=date(2099, 7, 1), counted_fixed_at=now
        )
    browser = browser_of(city)
    assert "counted_from" not in browser.get(page(preparing, "dates")).context["adminform"].form.fields
    text = browser.get(reverse("admin:platforms_round_dates", args=(preparing.pk,))).content.decode()
    assert ('name="count_from"' in text) is (when == "begun")
    if when == "fixed":
        told = browser.get(page(preparing, "dates")).content.decode()
        assert "2099年5月1日至2099年7月1日。绩效评价已启动，不再修改。" in told
