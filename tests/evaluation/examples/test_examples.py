"""Good examples: from a plan at the desk to the public page; only certified platforms, nothing personal (六·(二))."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.examples import queries as examples
from evaluation.examples import services as service
from evaluation.models import Certification, Publication
from platforms.backoffice.base import STALE
from platforms.errors import Gone, Refusal
from platforms.models import Activity, GoodExample, PeriodicReturn, Platform, Region, Round, User
from platforms.periodic_reports.services import reports as periodic_reports
from platforms.pictures import without_metadata
from tests import factories
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import published_round
from tests.platforms.test_page_pictures import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication(regions: dict[str, Region]) -> Publication:
    return published_round({"330212": {"A": 1, "D": 1}}, year=2025)


@pytest.fixture
def platform(publication: Publication) -> Platform:
    return Platform.objects.get(results__publication=publication, results__grade="A")


def written(platform: Platform, by: User, **more: Any) -> GoodExample:
    values = {"title": "把政策送进车间", "text": "走访 40 家企业。", "picture_alt": "培训现场"} | more.pop("values", {})
    return service.write(platform=platform, values=values, by=by, at=timezone.now(), **more)


@pytest.mark.clause("N38")
def test_only_a_certified_platform_is_an_example(city: User, publication: Publication, platform: Platform) -> None:
    failed = Platform.objects.get(results__publication=publication, results__grade="D")
    with pytest.raises(Refusal) as refused:
        written(failed, city)
    assert str(refused.value) == f"“{failed}”没有已公布并在有效期内的认定，不能作为典型案例。"
    row = service.publish(example=written(platform, city), by=city, at=timezone.now())
    assert list(examples.listed(timezone.localdate())) == [row]
    with pytest.raises(Gone):
        service.edit(example=row, values={}, by=city, at=timezone.now())
    certificate = Certification.objects.get(result__platform=platform)
    revoked(certificate, "other", on=timezone.localdate(), at=timezone.now())
    assert list(examples.listed(timezone.localdate())) == []


@pytest.mark.parametrize("text", ["联系 13800138000", "身份证 330212199001011234", "13800138000咨询"])
def test_no_number_of_a_person_is_published(city: User, platform: Platform, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        written(platform, city, values={"text": text})
    assert (refused.value.field, str(refused.value)) == (
        "text", "“正文”中有手机号码或身份证号码，公开前请删去。"
    )  # fmt: skip


def test_a_picture_is_judged_and_described(city: User, platform: Platform) -> None:
    with pytest.raises(Refusal, match="内容不是 jpg 格式"):
        written(platform, city, picture=factories.upload("现场.jpg", b"not a picture"))
    with pytest.raises(Refusal, match="请填写“图片说明”"):
        written(platform, city, picture=factories.upload("现场.png", factories.PNG), values={"picture_alt": ""})
    row = written(platform, city, picture=factories.upload("现场.png", factories.PNG))
    assert (row.picture_width, row.picture_height, row.picture_alt) == (1, 1, "培训现场")
    row = service.edit(example=row, values={"title": "新", "text": "新"}, drop_picture=True, by=city, at=timezone.now())
    assert (row.picture_name, row.picture_alt) == ("", "")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("text", "[官网](www.a.cn)", "“正文”中的链接“www.a.cn”不可用：网址以 https:// 开头，本站页面以 / 开头。"),
        ("text", "![](图1)", "“正文”中不能引用图片，图片另在“图片”栏上传。"),
        ("text", "电话 138**0013**8000", "“正文”中有手机号码或身份证号码，公开前请删去。"),
        ("text", "电话１３８００１３８０００", "“正文”中有手机号码或身份证号码，公开前请删去。"),
        ("text", "电话 138&#8203;0013&#8203;8000", "“正文”中有手机号码或身份证号码，公开前请删去。"),
        ("text", "身份证 330212 19900101 123X", "“正文”中有手机号码或身份证号码，公开前请删去。"),
        ("text", "身份证３３０２１２１９９００１０１１２３Ｘ", "“正文”中有手机号码或身份证号码，公开前请删去。"),
    ],
)
def test_the_text_is_read_as_its_readers_will(
    city: User, platform: Platform, name: str, text: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        written(platform, city, values={"text": text})
    assert (refused.value.field, str(refused.value)) == (name, sentence)


def test_it_is_shown_from_its_day_on(city: User, platform: Platform, browser_of: Callable[[User], Client]) -> None:
    today, hub, visitor = timezone.localdate(), browser_of(city), Client()
    row = written(platform, city, values={"text": "## 做法\n\n走访 **40** 家企业。\n第二行。"})
    act = reverse("admin:platforms_goodexample_act", args=[row.pk, "publish"])
    assert hub.post(act, {"shown_on": "不是日期"}).status_code == 200
    assert "年份应在 1900 至 2100 之间，请核对。" in hub.post(act, {"shown_on": "0001-01-01"}).content.decode()
    row.refresh_from_db()
    assert row.status == "draft"
    hub.post(act, {"shown_on": (today + timedelta(days=1)).isoformat()})
    row.refresh_from_db()
    assert (list(examples.listed(today)), list(examples.listed(today + timedelta(days=1)))) == ([], [row])
    assert visitor.get(f"/examples/{row.pk}/").status_code == 404
    change = reverse("admin:platforms_goodexample_change", args=[row.pk])
    assert "在网站上查看" not in hub.get(change).content.decode()
    preview = hub.get(reverse("admin:platforms_goodexample_preview", args=[row.pk])).content.decode()
    assert [
        word for word in ("预览", "<h2>做法</h2>", "<strong>40</strong>", "企业。<br>") if word not in preview
    ] == []
    service.withdraw(example=row, by=city, at=timezone.now())
    service.publish(example=row, shown_on=today - timedelta(days=3), by=city, at=timezone.now())
    assert "做法 走访 40 家企业。 第二行。" in visitor.get("/examples/").content.decode()
    shown = hub.get(change).content.decode()
    assert "在网站上查看" in shown
    # What can no longer be changed is read, and no box that would be sent.
    assert [word for word in ("Picture", "Drop picture", ">None<") if word in shown] == []


def test_a_list_keeps_the_place_of_each_picture(city: User, platform: Platform) -> None:
    upload = factories.upload("现场.jpg", photo(1000, 500))
    row = service.publish(example=written(platform, city, picture=upload), by=city, at=timezone.now())
    for path in ("/examples/", f"/examples/{row.pk}/"):
        page = Client().get(path).content.decode()
        assert [
            part for part in ('width="1000"', 'height="500"', " 480w, ", 'alt="培训现场"') if part not in page
        ] == []
        # The first picture is what a reader waits for.
        assert 'loading="lazy"' not in page


def test_a_picture_loses_what_the_camera_wrote() -> None:
    exif = b"\xff\xe1\x00\x0aExif\x00\x00GP"
    comment = b"\xff\xfe\x00\x06name"
    jpeg = factories.JPEG
    assert without_metadata(jpeg[:2] + exif + comment + jpeg[2:] + b"after", "jpg") == jpeg
    assert without_metadata(
        factories.PNG[:33] + b"\x00\x00\x00\x02tEXthi\x00\x00\x00\x00" + factories.PNG[33:], "png"
    ) == (factories.PNG)
    for broken in (jpeg[:-2], jpeg[:30]):
        with pytest.raises(ValueError, match="cut off"):
            without_metadata(broken, "jpg")


def test_filling_between_marks_is_passed_over() -> None:
    jpeg = factories.JPEG
    assert without_metadata(jpeg[:2] + b"\xff" + jpeg[2:], "jpg") == jpeg


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (factories.PNG[:-6], "png"),
        (factories.JPEG[:2] + b"\x00\x00", "jpg"),
        (factories.JPEG[:2] + b"\xff\xe0\x00\x00", "jpg"),
        (factories.JPEG[:2] + b"\xff\xda\x00\x02" + b"no end", "jpg"),
    ],
)
def test_a_picture_that_ends_too_early_is_refused(broken: bytes, kind: str) -> None:
    with pytest.raises(ValueError, match="cut off"):
        without_metadata(broken, kind)


def test_a_scan_is_kept_with_all_that_looks_like_a_mark_in_it() -> None:
    scan = b"\xff\xda\x00\x02" + b"a\xff\x00b\xff\xd0c\xff\xff\x00d"
    assert without_metadata(b"\xff\xd8" + scan + b"\xff\xd9", "jpg") == b"\xff\xd8" + scan + b"\xff\xd9"


def test_other_kinds_are_no_pictures() -> None:
    with pytest.raises(ValueError, match="no picture of kind 'gif'"):
        without_metadata(b"GIF89a", "gif")


@pytest.mark.clause("N05")
@pytest.mark.clause("N38")
def test_from_the_plan_at_the_desk_to_the_public_page(
    city: User, yinzhou: User, cixi: User, platform: Platform, browser_of: Callable[[User], Client]
) -> None:
    hub, county, visitor = browser_of(city), browser_of(yinzhou), Client()
    today = timezone.localdate()
    plan = {
        "organiser": "city_hub", "title": "技改政策培训", "kind": "training", "service_class": "talent",
        "held_on": today.isoformat(), "place": "市企业服务中心",
    }  # fmt: skip
    wrong = hub.post(reverse("desk:activity_new"), plan | {"title": ""})
    assert "请填写。" in wrong.content.decode()
    assert "市企业服务中心" in wrong.content.decode()
    hub.post(reverse("desk:activity_new"), plan)
    row = Activity.objects.get()

    def at(name: str, *more: str) -> str:
        return reverse(f"desk:{name}", args=[row.number, *more])

    none = hub.post(at("activity_invite"), {})
    assert (none.status_code, "请至少选择一个平台。" in none.content.decode()) == (409, True)
    hub.post(at("activity_invite"), {"platform": platform.code})
    assert county.get("/desk/activities/?state=to_answer").status_code == 200
    assert browser_of(cixi).get(at("activity")).status_code == 404
    key = row.invitations.get().pk
    refused = county.post(at("activity_answers"), {f"answer-{key}": "refused"})
    assert (refused.status_code, "不参加的理由。" in refused.content.decode()) == (409, True)
    county.post(at("activity_answers"), {f"answer-{key}": "accepted"})
    assert row.invitations.get().answer == "accepted"
    assert county.get(at("activity_move", "hold")).status_code == 403
    assert hub.get(at("activity_move", "hold")).status_code == 200
    hub.post(at("activity_move", "hold"), {"version": "1"})
    form = hub.get(at("activity_move", "report")).content.decode()
    assert platform.name in form
    told = {"version": "2", "people": "60", "enterprises": "40", "summary": "讲解技改补助。", "took_part": platform.pk}
    bad = hub.post(at("activity_move", "report"), told | {"links": "http://a.cn"})
    assert "第 1 行不是可用的链接" in bad.content.decode()
    hub.post(
        at("activity_move", "report"),
        told | {"links": "https://www.nb.gov.cn/ 报道", "uploads": factories.upload("签到表.pdf")},
    )
    page = hub.get(at("activity")).content.decode()
    assert 'rel="noopener nofollow noreferrer"' in page
    assert "签到表.pdf" in page
    for kind in ("xlsx", "csv"):
        assert b"".join(hub.get(f"/desk/activities.{kind}").streaming_content)

    add = reverse("admin:platforms_goodexample_add")
    assert row.number in hub.get(reverse("admin:platforms_goodexample_sources")).content.decode()
    assert hub.get(f"{reverse('admin:platforms_goodexample_sources')}?kind=cases").status_code == 200
    assert "讲解技改补助。" in hub.get(f"{add}?activity={row.pk}").content.decode()
    sent = {
        "platform": platform.pk, "title": "把政策送进车间", "text": "走访 40 家企业。", "picture_alt": "现场",
        "picture": factories.upload("现场.png", factories.PNG), "activity": row.pk, "application": "",
    }  # fmt: skip
    hub.post(add, sent)
    example = GoodExample.objects.get()
    assert example.activity == row
    public = reverse("site:example", args=[example.pk])
    assert visitor.get(public).status_code == 404
    act = reverse("admin:platforms_goodexample_act", args=[example.pk, "publish"])
    assert hub.get(act).status_code == 200
    hub.post(act)
    assert "把政策送进车间" in visitor.get("/examples/").content.decode()
    assert "走访 40 家企业。" in visitor.get(public).content.decode()
    picture = example.picture_of(example.picture_name.rpartition("/")[2]).rpartition("/")[2]
    sent_picture = visitor.get(f"{public}picture/{picture}.webp")
    assert (sent_picture["Content-Type"], sent_picture["Cache-Control"]) == (
        "image/webp", "public, max-age=604800, immutable"
    )  # fmt: skip
    assert f"/examples/{example.pk}/" in visitor.get("/sitemap.xml").content.decode()
    assert hub.get(reverse("admin:platforms_goodexample_change", args=[example.pk])).status_code == 200
    hub.post(reverse("admin:platforms_goodexample_act", args=[example.pk, "withdraw"]))
    assert (visitor.get(public).status_code, visitor.get(f"{public}picture/{picture}.webp").status_code) == (404, 404)
    change = reverse("admin:platforms_goodexample_change", args=[example.pk])
    assert "把政策送进车间" in hub.get(change).content.decode()


def test_what_is_due_is_handed_in_at_the_desk(
    city: User, yinzhou: User, platform: Platform, round_2026: Round, browser_of: Callable[[User], Client]
) -> None:
    hub, county, today = browser_of(city), browser_of(yinzhou), timezone.localdate()
    add = reverse("admin:platforms_returnschedule_add")
    sent = {
        "round": round_2026.pk, "title": "服务月报", "what": "", "wants_text": "on", "figures": "企业（家）",
        "for_town": "on", "for_functional_zone": "on", "for_park": "on", "for_industry": "on", "period": "once",
        "due_day": "5", "starts_on": today.isoformat(), "ends_on": (today + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    wrong = hub.post(add, sent | {"wants_text": "", "figures": ""})
    assert "请至少要求文字、数字、文件中的一项。" in wrong.content.decode()
    hub.post(add, sent)
    row = PeriodicReturn.objects.get(platform=platform)
    one = reverse("desk:return", args=[row.pk])
    for path in (
        "/desk/returns/",
        "/desk/returns/board/",
        "/desk/returns/?state=open&q=x",
        one,
        reverse("desk:calendar"),
    ):
        for browser in (hub, county):
            assert browser.get(path).status_code == 200, path
    assert "请填写“企业（家）”" not in county.get(one).content.decode()
    bad = county.post(one, {"version": "1", "text": "平稳", "figure_0": "很多"})
    assert "“企业（家）”只填数字，最多两位小数。" in bad.content.decode()
    county.post(one, {"version": "1", "text": "平稳", "figure_0": "12", "uploads": factories.upload("月报.pdf")})
    row.refresh_from_db()
    assert (row.text, row.figures) == ("平稳", {"企业（家）": "12"})
    assert "月报.pdf" in county.get(one).content.decode()
    assert county.post(one, {"version": "1", "text": "旧", "figure_0": "1"}).status_code == 409
    assert "平稳" in b"".join(county.get("/desk/returns.csv").streaming_content).decode()
    schedule = row.schedule
    for name in ("move", "close"):
        address = reverse(f"admin:platforms_returnschedule_{name}", args=[schedule.pk, "once"])
        assert hub.get(address).status_code == 200
    for name in ("stop", "sync"):
        assert hub.get(reverse(f"admin:platforms_returnschedule_{name}", args=[schedule.pk])).status_code == 200
    move = reverse("admin:platforms_returnschedule_move", args=[schedule.pk, "once"])
    hub.post(move, {"new": (today + timedelta(days=9)).isoformat(), "reason": "放假"})
    assert "放假" in hub.get(reverse("admin:platforms_returnschedule_change", args=[schedule.pk])).content.decode()
    periodic_reports.close(schedule=schedule, key="once", by=city, at=timezone.now())
    closed = county.post(one, {"version": "2", "text": "晚了", "figure_0": "1"})
    assert (closed.status_code, "市经信局已结束这一期报送" in closed.content.decode()) == (409, True)


@pytest.mark.trust("T11")
def test_nobody_publishes_what_a_colleague_changed_meanwhile(
    city: User, platform: Platform, browser_of: Callable[[User], Client]
) -> None:
    row, hub = written(platform, city), browser_of(city)
    publish = f"/admin/platforms/goodexample/{row.pk}/act/publish/"
    assert '<input type="hidden" name="seen" value="1">' in hub.get(publish).content.decode()
    service.edit(example=row, values={"title": "别的", "text": "别的"}, by=city, at=timezone.now())
    assert STALE in hub.post(publish, {"shown_on": "", "seen": "1"}, follow=True).content.decode()
    row.refresh_from_db()
    assert row.status == "draft"
    hub.post(publish, {"shown_on": "", "seen": "2"})
    row.refresh_from_db()
    assert row.status == "published"
