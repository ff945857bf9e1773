"""The pages of a notice: read beside its text, entered with a copy, approved by a second officer."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from platforms.models import Notice, User
from platforms.notices.terms import read
from tests import factories
from tests.evaluation.stage import published_round
from tests.platforms.notices import sample
from tests.platforms.notices.test_services import NUMBER, approved, entered

ADD = reverse("admin:platforms_notice_add")


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    factories.notice()
    browser: Client = browser_of(city)
    return browser


def page_of(view: str, row: Notice) -> str:
    return reverse(f"admin:platforms_notice_{view}", args=(row.pk,))


def fields_of(page: Any) -> dict[str, str]:
    """What a browser would send of the page as it stands."""
    forms = page.context["forms"]
    sent = {name: forms.head[name].value() for name in forms.head.fields}
    for formset in forms.lists.values():
        sent |= {f"{formset.prefix}-{name}": value for name, value in formset.management_form.initial.items()}
        for form in formset:
            sent |= {form.add_prefix(name): form[name].value() for name in form.fields}
    texts = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in sent.items()}
    return {
        name: "on" if value is True else str(value) for name, value in texts.items() if value not in (None, "", False)
    }


def test_a_notice_reads_as_one_page(office: Client) -> None:
    shown = office.get(page_of("change", factories.notice())).content.decode()
    for told in (
        "甬两创办〔2020〕5号", "随基础数据载入", "3 年", "达到 3 件的提出撤销情形", "因素法：A档60分、B档30分、C档10分",
        "D档占比 20%", "NB2020-001-XXXXX", "第四阶段：评价认定", "可持续发展情况", "拒不参加绩效评价", "三·（二）",
    ):  # fmt: skip
        assert told in shown, told
    assert "差异" not in shown


def test_a_new_one_begins_as_a_copy_and_is_saved_as_it_was_typed(office: Client, city: User) -> None:
    page = office.get(ADD)
    typed = fields_of(page) | {"number": NUMBER, "title": "新通知", "issued_on": "2027-01-10", "validity_years": "2"}
    answer = office.post(ADD, typed)
    row = Notice.objects.get(number=NUMBER)
    assert answer.url == page_of("change", row)
    old = read(factories.notice().terms)
    assert row.value().validity_years == 2
    assert row.value().grades == old.grades
    assert (row.replaces, row.clauses) == (factories.notice(), factories.notice().clauses)
    shown = office.get(page_of("change", row)).content.decode()
    assert "与现用通知（甬两创办〔2020〕5号）的差异" in shown
    assert "认定有效期（年）" in shown
    assert "送审" in shown


def test_default_readings_differ_in_words_and_one_left_out_is_the_default(office: Client) -> None:
    used = dict(factories.notice().terms["readings"])
    assert (used["cutoff"], used["unit"]) == ("inclusive", "yuan")
    del used["unit"]
    new = factories.invented_notice(readings=used | {"cutoff": "exclusive"})
    page = office.get(page_of("change", new))
    rows = [row["cells"] for row in page.context["differences"]["rows"] if "口径" in row["cells"][0]]
    assert rows == [
        [
            "默认口径：淘汰线",
            "含淘汰线比例：达到淘汰线比例即不予支持",
            "不含淘汰线比例：超过淘汰线比例才不予支持",
        ]
    ]


def test_rows_are_taken_out_put_in_order_and_added(office: Client, city: User) -> None:
    page = office.get(ADD)
    typed = fields_of(page) | {"number": NUMBER, "title": "新通知", "issued_on": "2027-01-10"}
    # C goes, D comes last as before, a new grade stands before it.
    typed |= {
        "grades-2-DELETE": "on", "grades-3-ORDER": "9", "grades-4-label": "基本合格", "grades-4-code": "E",
        "grades-4-certified": "on", "grades-4-points": "5", "grades-4-tone": "wait", "grades-4-ORDER": "4",
    }  # fmt: skip
    office.post(ADD, typed)
    terms = Notice.objects.get(number=NUMBER).value()
    assert [(grade.code, grade.label) for grade in terms.grades] == [
        ("A", "A档"), ("B", "B档"), ("E", "基本合格"), ("D", "D档"),
    ]  # fmt: skip
    assert terms.money is not None
    assert terms.money.points == (("A", 60), ("B", 30), ("E", 5))


def test_a_draft_that_cannot_be_is_kept_and_told_place_by_place(office: Client, city: User) -> None:
    typed = fields_of(office.get(ADD)) | {"number": NUMBER, "title": "新通知", "issued_on": "2027-01-10"}
    answer = office.post(ADD, typed | {"validity_years": "30", "line": "一半"})
    row = Notice.objects.get(number=NUMBER)
    assert answer.url == page_of("edit", row)
    shown = office.get(answer.url).content.decode()
    assert "已保存草稿，还有 2 处须改正后才能送审" in shown
    assert "认定有效期（年）：认定有效期（年）应为1至10的整数，例如3。" in shown
    assert "淘汰线：淘汰线应为大于0、不超过100%的比例，例如20%或1/3。" in shown
    assert 'value="一半"' in shown
    assert "这份草稿还不能送审" in office.get(page_of("change", row)).content.decode()


def test_what_cannot_be_read_is_told_at_its_box_and_nothing_is_lost(office: Client) -> None:
    typed = fields_of(office.get(ADD)) | {"number": NUMBER, "title": "", "issued_on": "某日", "target": "许多"}
    page = office.post(ADD, typed)
    assert (page.status_code, Notice.objects.filter(number=NUMBER).count()) == (200, 0)
    assert {"title", "issued_on", "target"} <= set(page.context["forms"].head.errors)
    assert f'value="{NUMBER}"' in page.content.decode()


def test_the_same_version_is_refused_at_its_box(office: Client, city: User, now: datetime) -> None:
    entered(city, now)
    typed = fields_of(office.get(ADD)) | {"number": NUMBER, "title": "新通知", "issued_on": "2027-01-10"}
    page = office.post(ADD, typed)
    assert page.context["forms"].head.errors["version"] == ["该文号的这一版本已经录入，请填写下一个版本号。"]


def test_an_old_page_saves_nothing_over_a_newer_one(office: Client, city: User, now: datetime) -> None:
    row = entered(city, now)
    page = office.get(page_of("edit", row))
    Notice.objects.filter(pk=row.pk).update(revision=5, title="他人所改")
    answer = office.post(page_of("edit", row), fields_of(page) | {"seen": "1", "title": "旧页所改"})
    assert answer.status_code == 409
    assert "已被他人保存" in answer.content.decode()
    assert Notice.objects.get(pk=row.pk).title == "他人所改"


def test_two_officers_bring_it_into_use_and_only_the_other_one_is_offered_the_button(
    office: Client, browser_of: Any, city: User, city2: User, now: datetime
) -> None:
    row = entered(city, now)
    url = reverse("admin:platforms_notice_move", args=(row.pk, "propose"))
    assert "送审后由另一位经办人批准" in office.get(url).content.decode()
    office.post(url)
    approve = reverse("admin:platforms_notice_move", args=(row.pk, "approve"))
    assert approve not in office.get(page_of("change", row)).content.decode()
    assert office.post(approve).status_code == 403
    other = browser_of(city2)
    assert approve in other.get(page_of("change", row)).content.decode()
    other.post(approve)
    row.refresh_from_db()
    assert (row.status, row.approved_by) == ("approved", city2)
    assert other.get(page_of("edit", row)).status_code == 403
    assert other.get(page_of("delete", row)).status_code == 403


def test_a_draft_can_be_deleted(office: Client, city: User, now: datetime) -> None:
    row = entered(city, now)
    office.post(page_of("delete", row), {"post": "yes"})
    assert not Notice.objects.filter(pk=row.pk).exists()


def test_it_says_what_it_would_do_to_the_certificates_of_the_last_round(
    office: Client, city: User, city2: User, now: datetime
) -> None:
    row = approved(city, city2, now)
    published_round({"330212": {"A": 2, "D": 1}})
    shown = office.get(page_of("change", row)).content.decode()
    assert "对2020年度认定结果的影响" in shown
    assert "颁发证书 2 张，有效期至2023年9月27日" in shown
    assert "按本通知应颁发 0 张，有效期至2022年9月27日" in shown
    assert "没有这一档次" in shown


def test_counties_and_finance_read_it_and_change_nothing(browser_of: Any, yinzhou: User, finance: User) -> None:
    row = factories.notice()
    for person in (yinzhou, finance):
        browser = browser_of(person)
        shown = browser.get(page_of("change", row)).content.decode()
        assert "要素" in shown
        assert "依此录入新通知" not in shown
        assert browser.get(ADD).status_code == 403


def test_a_copy_of_what_is_not_there_is_not_found(office: Client) -> None:
    assert office.get(f"{ADD}?from=99999").status_code == 404
    assert office.get(f"{ADD}?from={factories.notice().pk}").status_code == 200


def test_the_page_of_a_notice_without_money_says_so(office: Client, city: User, now: datetime) -> None:
    row = entered(city, now, terms=sample.terms(money={}))
    assert "不安排资金" in office.get(page_of("change", row)).content.decode()
