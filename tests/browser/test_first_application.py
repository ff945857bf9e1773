"""A first application as a new officer files it: how many pages are loaded, and how much is typed.

Counted, not timed. A page load is a document that the browser loads, the first page of the desk among them. A stroke is
a press of a key or of the mouse: a letter or figure one, a Chinese character three (its pinyin and the choice of it, as
people type by words), each box that is gone into one more, each choice, tick, file and button one. At four strokes a
second fifteen minutes are 3,600 strokes.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from platforms.applications import completeness
from platforms.applications.queries.forms import form_data
from platforms.models import Application, Round, User
from tests import factories
from tests.browser.forms import overflows, saved, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
A_SECOND = 4
MOST_LOADS, MOST_STROKES = 12, 15 * 60 * A_SECOND
STROKES_OF_A_CHARACTER = 3
INTRODUCTION = (
    "姜山镇窗口平台设在镇企业服务中心一楼，面向全镇中小微企业提供政策咨询、项目申报、融资对接、人才招聘和法律援助等"
    "公益性服务，建立企业诉求登记、转办、回访制度，每月开展政策宣讲，每季度走访重点企业。"
)
PLAN = "纳入镇财政年度预算，保障场地和人员经费，按年度目标考核，定期听取企业意见。"


class Person:
    """Somebody at a page whose page loads and strokes are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.loads, self.strokes = page, 0, 0
        page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def types(self, name: str, text: str) -> None:
        box = self.page.locator(f"[name='{name}']")
        box.focus()
        if box.get_attribute("type") == "date":
            box.fill(text)
        else:
            self.page.keyboard.type(text)
        self.strokes += 1 + sum(1 if each.isascii() else STROKES_OF_A_CHARACTER for each in text)

    def chooses(self, name: str, value: str) -> None:
        box = self.page.locator(f"select[name='{name}']")
        if box.count():
            box.select_option(value)
        else:
            self.page.check(f"[name='{name}'][value='{value}']")
        self.strokes += 1

    def ticks(self, name: str) -> None:
        self.page.check(f"[name='{name}']")
        self.strokes += 1

    def uploads(self, kind: str, name: str) -> None:
        row = self.page.locator(f"#need-{kind.replace(':', '-')}")
        content = factories.PDF + name.encode() + b"%%EOF\n"
        row.locator("[name=uploads][multiple]").set_input_files({
            "name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": content,
        })  # fmt: skip
        expect(row.locator("[data-need-files]")).to_contain_text(name)
        self.strokes += 1

    def presses(self, words: str, *, lead: str = "") -> None:
        """Press a button or link that leads to another page, whose heading begins with ``lead``."""
        with self.page.expect_event("load"):
            self.page.get_by_role("button", name=words).or_(self.page.get_by_role("link", name=words)).first.click()
        self.strokes += 1
        if lead:
            expect(self.page.locator("h1")).to_contain_text(lead)

    def goes_on(self, lead: str) -> None:
        saved(self.page)
        self.presses("保存并继续", lead=lead)

    # The sections ----------------------------------------------------------------------------------------------------

    def record(self) -> None:
        for name, text in (
            ("enterprises_served", "326"), ("events_held", "24"), ("attendance", "1180"),
            ("requests_settled", "215"), ("satisfaction", "98.5"),
        ):  # fmt: skip
            self.types(name, text)
            # What is asked for only because enterprises were served has come by now.
            self.page.keyboard.press("Tab")

    def files(self) -> None:
        for kind, name in factories.FILES:
            self.uploads(kind, name)

    def commitment(self) -> None:
        self.ticks("committed")
        self.types("county_opinion", "材料齐全，同意推荐申报。")
        self.types("county_opinion_on", "2026-04-08")
        saved(self.page)


@pytest.fixture
def officer(transactional_db: None) -> User:
    return factories.officer("yinzhou", factories.regions()["330212"])


@pytest.fixture
def round_2026(officer: User) -> Round:
    return factories.round_of(2026)


@pytest.fixture
def person(round_2026: Round, open_as: Any) -> Person:
    return Person(open_as("yinzhou"))


def begin(person: Person) -> None:
    with person.page.expect_event("load"):
        person.page.goto("/desk/")
    person.presses("新建申报", lead="新建申报")


def told(name: str, person: Person) -> None:
    minutes = person.strokes / A_SECOND / 60
    print(f"\n{name}: {person.loads} page loads, {person.strokes} strokes, {minutes:.1f} minutes")


def complete(person: Person) -> Application:
    row = Application.objects.get(round__year=2026)
    assert completeness.gaps(form_data(row)) == ()
    return row


def test_a_first_application_takes_twelve_pages_and_less_than_a_quarter_of_an_hour(
    person: Person, officer: User
) -> None:
    town = factories.town(officer.region, "姜山镇")
    begin(person)
    person.chooses("site", str(town.pk))
    person.presses("建立申报表", lead="平台信息")
    person.types("address", "鄞州区姜山镇人民路168号企业服务中心一楼")
    person.types("opening_hours", "工作日 8:30-11:30，14:00-17:30")
    person.types("service_phone", "0574-88001234")
    person.types("introduction", INTRODUCTION)
    person.goes_on("运营单位")
    person.chooses("operating_mode", "direct")
    person.types("operator_name", "宁波市鄞州区姜山镇企业服务中心")
    person.chooses("operator_nature", "institution")
    person.types("operator_code", factories.credit_code(7, "12330212"))
    person.types("legal_representative", "王建国")
    person.types("person_in_charge", "李明")
    person.types("contact_name", "张丽")
    person.types("contact_mobile", "13805740001")
    person.types("founded_on", "2015-06-01")
    person.goes_on("场地设施")
    person.types("floor_area", "180.5")
    person.chooses("venue_tenure", "owned")
    person.types("counters", "4")
    person.types("meeting_rooms", "1")
    person.types("equipment", "电脑、打印机、投影仪、自助查询终端")
    person.chooses("in_public_affairs_centre", "yes")
    person.chooses("has_unified_sign", "yes")
    person.goes_on("运营人员")
    people = (("李明", "male", "bachelor", "主任", "8"), ("张丽", "female", "bachelor", "服务专员", "4"))
    for place, (name, sex, education, post, years) in enumerate(people):
        if place:
            person.page.click("[data-add-row]")
            person.strokes += 1
        person.types(f"staff-{place}-name", name)
        person.chooses(f"staff-{place}-sex", sex)
        person.chooses(f"staff-{place}-education", education)
        person.types(f"staff-{place}-post", post)
        person.types(f"staff-{place}-years", years)
    person.goes_on("服务内容")
    person.types("free-policy", "每月一次政策宣讲，常年提供项目申报辅导。")
    person.types("free-problems", "登记企业困难，三个工作日内答复或转有关部门。")
    person.types("free-needs", "每季度走访企业，对接融资、人才和技术资源。")
    person.goes_on("服务业绩")
    person.record()
    person.goes_on("管理制度")
    for kind, title in (("process", "服务流程"), ("standard", "服务标准"), ("fees", "收费标准")):
        person.types(f"rules-{kind}_title", f"姜山镇窗口平台{title}")
        person.ticks(f"rules-{kind}_public")
    person.goes_on("建设运营计划")
    person.types("target_enterprises", "350")
    person.types("target_events", "24")
    person.types("funds_wan", "36")
    person.types("funds_source", "镇财政预算，区财政补助。")
    person.types("sustainability", PLAN)
    person.goes_on("附件")
    person.files()
    person.presses("下一步", lead="承诺与审核意见")
    person.commitment()
    complete(person)
    told("first application", person)
    assert (person.loads, person.strokes <= MOST_STROKES) == (MOST_LOADS, True)
    # Then everything is checked on one page and submitted.
    person.presses("保存并核对", lead="核对并提交")
    expect(person.page.get_by_role("button", name="提交这份申报表")).to_be_visible()


def test_with_last_years_form_taken_over_it_takes_half(person: Person, officer: User) -> None:
    town = factories.town(officer.region, "姜山镇")
    factories.complete_application(officer, factories.round_of(2025, "filing"), AT, town=town)
    begin(person)
    person.chooses("site", str(town.pk))
    expect(person.page.get_by_text("2025年度已申报，一键引用")).to_be_visible()
    person.presses("建立并引用", lead="姜山镇")
    person.presses("填写“服务业绩”", lead="服务业绩")
    person.record()
    person.goes_on("附件")
    person.files()
    person.presses("下一步", lead="承诺与审核意见")
    person.commitment()
    row = complete(person)
    assert row.operator_name == factories.FORM["operator"]["operator_name"]
    told("with last year's taken over", person)
    assert (person.loads, 2 * person.strokes <= MOST_STROKES) == (MOST_LOADS // 2, True)


def test_the_pages_of_the_way_are_clean_on_a_phone_too(officer: User, round_2026: Round, open_as: Any) -> None:
    town = factories.town(officer.region, "姜山镇")
    factories.complete_application(officer, factories.round_of(2025, "filing"), AT, town=town)
    row = factories.draft(officer, round_2026, AT, town=town)
    base = f"/desk/applications/{row.number}/"
    for width in (1280, 390):
        page = open_as("yinzhou", width=width)
        for address in ("/desk/applications/new/", base, f"{base}operator/", f"{base}rules/", f"{base}attachments/",
                        f"{base}submit/", f"{base}start-from/"):  # fmt: skip
            page.goto(address)
            assert (address, width, violations(page)) == (address, width, [])
            assert (address, width, overflows(page)) == (address, width, False)


def test_a_draft_is_begun_filled_and_checked_with_the_keyboard_alone(
    officer: User, round_2026: Round, open_as: Any
) -> None:
    row = factories.draft(officer, round_2026, AT, town=factories.town(officer.region, "姜山镇"))
    page = open_as("yinzhou")
    page.goto(f"/desk/applications/{row.number}/")
    page.get_by_role("link", name="填写“平台信息”").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/platform/")
    page.focus("[name=address]")
    page.keyboard.type("人民路168号")
    page.keyboard.press("Tab")
    saved(page)
    page.goto(f"/desk/applications/{row.number}/submit/")
    page.locator("a[href$='/platform/?back=check#id_address']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/platform/?back=check#id_address")
    page.get_by_role("button", name="保存并返回核对").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/submit/")
    # A section of the overview opens and closes with a key.
    page.goto(f"/desk/applications/{row.number}/")
    page.locator("#section-platform summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#section-platform")).to_contain_text("人民路168号")
