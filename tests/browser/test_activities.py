"""An activity from its plan to the public site, each step by who makes it; each page clean, and fit for a phone."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.models import Activity, EvidenceFile, GoodExample, Invitation, Mail, Platform
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation.stage import published_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def platforms(transactional_db: None) -> list[Platform]:
    """Two certified platforms of 鄞州区."""
    published_round({"330212": {"A": 2}}, year=timezone.localdate().year - 1)
    rows = list(Platform.objects.order_by("code"))
    factories.person("city", "city")
    factories.officer("yinzhou", rows[0].region)
    return rows


def look(page: Page) -> None:
    """The page as it stands is clean, and as wide as a phone."""
    wide = page.viewport_size
    assert (page.url, violations(page)) == (page.url, [])
    page.set_viewport_size({"width": 390, "height": 844})
    assert (page.url, overflows(page)) == (page.url, False)
    assert wide is not None
    page.set_viewport_size(wide)


@pytest.mark.clause("N05")
@pytest.mark.clause("N32")
@pytest.mark.clause("N38")
def test_an_activity_goes_from_its_plan_to_the_public_site(platforms: list[Platform], open_as: Any) -> None:
    city, county = open_as("city"), open_as("yinzhou")
    _plan(city)
    _answer(county, *platforms)
    _report(city, *platforms)
    _publish(city, platforms[0])
    stranger = open_as()
    stranger.goto("/")
    stranger.get_by_role("link", name="典型案例").first.click()
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("典型案例")
    look(stranger)
    stranger.get_by_role("link", name="技改政策培训").click()
    expect(stranger.get_by_role("img", name="培训现场")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text("讲解技改补助，解答二十个问题。")
    look(stranger)


def _plan(page: Page) -> None:
    """The city plans it and invites everybody; the region's mail waits in the outbox."""
    today = timezone.localdate().isoformat()
    page.goto("/desk/activities/")
    look(page)
    page.get_by_role("link", name="安排活动").first.click()
    look(page)
    page.fill("#id_title", "技改政策培训")
    page.select_option("#id_kind", "training")
    page.select_option("#id_service_class", "talent")
    page.fill("#id_held_on", today)
    page.fill("#id_place", "市企业服务中心")
    page.fill("#id_answer_by", today)
    page.get_by_role("button", name="安排活动，下一步邀请平台").click()
    expect(page.get_by_role("button", name="邀请选中的平台")).to_be_visible()
    look(page)
    page.get_by_role("button", name="邀请列出的全部平台").click()
    expect(page.locator("main")).to_contain_text("待答复")
    expect(page.get_by_role("heading", name="邮件")).to_be_visible()
    look(page)
    assert [mail.kind for mail in Mail.objects.filter(activity__isnull=False)] == ["invited"]


def _answer(page: Page, coming: Platform, refusing: Platform) -> None:
    """The county answers for both: one comes, one does not and says why."""
    page.goto(f"/desk/activities/{Activity.objects.get().number}/")
    look(page)
    page.get_by_role("link", name="答复邀请").first.click()
    look(page)
    page.get_by_role("group", name=coming.name).get_by_label("参加", exact=True).check()
    page.get_by_role("group", name=refusing.name).get_by_label("不参加", exact=True).check()
    page.get_by_role("button", name="登记答复").click()
    expect(page.locator("main")).to_contain_text(f"请填写“{refusing.name}”不参加的理由。")
    look(page)
    expect(page.get_by_role("group", name=coming.name)).to_have_count(0)
    page.get_by_label(f"{refusing.name}不参加").fill("人手不足")
    page.get_by_role("button", name="登记答复").click()
    expect(page.locator("main")).to_contain_text("没有待答复的邀请")
    answers = Invitation.objects.order_by("platform__code").values_list("answer", "reason")
    assert list(answers) == [("accepted", ""), ("refused", "人手不足")]


def _report(page: Page, coming: Platform, refusing: Platform) -> None:
    """The city notes that it was held, and reports it with sign-in sheet and photo."""
    page.reload()
    expect(page.locator("main")).to_contain_text("人手不足")
    page.get_by_role("link", name="登记已举办").click()
    look(page)
    page.get_by_role("button", name="登记已举办").click()
    page.get_by_role("link", name="填报活动总结").click()
    expect(page.get_by_label(coming.name)).to_be_checked()
    expect(page.get_by_label(refusing.name)).not_to_be_checked()
    page.fill("#id_people", "60")
    page.fill("#id_enterprises", "40")
    page.fill("#id_summary", "讲解技改补助，解答二十个问题。")
    files = [("签到表.pdf", "application/pdf", factories.PDF), ("照片.png", "image/png", factories.PNG)]
    page.set_input_files("#id_uploads", [{"name": n, "mimeType": t, "buffer": b} for n, t, b in files])
    look(page)
    page.get_by_role("button", name="填报活动总结").click()
    expect(page.locator("main")).to_contain_text("已总结")
    expect(page.locator("main")).to_contain_text("签到表.pdf")
    look(page)
    assert sorted(EvidenceFile.objects.values_list("shown_name", flat=True)) == ["照片.png", "签到表.pdf"]
    assert list(Invitation.objects.order_by("platform__code").values_list("took_part", flat=True)) == [True, False]


def _publish(page: Page, coming: Platform) -> None:
    """The city makes a good example of the platform that came, and publishes it."""
    page.get_by_role("link", name="选为典型案例").click()
    expect(page.locator("#id_text")).to_have_value("讲解技改补助，解答二十个问题。")
    page.select_option("#id_platform", label=str(coming))
    page.set_input_files("#id_picture", {"name": "现场.png", "mimeType": "image/png", "buffer": factories.PNG})
    page.fill("#id_picture_alt", "培训现场")
    look(page)
    page.locator("[name=_save]").click()
    page.goto(f"/admin/platforms/goodexample/{GoodExample.objects.get().pk}/change/")
    look(page)
    page.get_by_role("link", name="发布", exact=True).click()
    look(page)
    page.get_by_role("button", name="发布典型案例").click()
    page.get_by_role("link", name="在网站上查看").wait_for()
    assert GoodExample.objects.get().status == "published"
