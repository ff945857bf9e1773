"""Whether platforms are linked, at the desk: noted by the county with proofs, seen by the city, reminded."""

from typing import Any

import pytest
from django.test import Client

from platforms.models import AuditEvent, EvidenceFile, LinkState, Mail, Platform, Round, User
from platforms.pages.short_names import short_of
from tests import factories
from tests.platforms.planning.counted import lines_of
from tests.platforms.service_records.cast import platform as platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N08"), pytest.mark.clause("N18")]
LIST = "/desk/link-states/"
YES = {"linked": "yes", "on": "2026-04-01", "method": "接口对接", "note": "", "seen": "0"}


@pytest.fixture
def own(yinzhou: User) -> Platform:
    return platform_of(yinzhou.region)


def said(answer: Any) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


def test_a_county_notes_that_a_platform_is_linked_and_proves_it(desk: Client, own: Platform) -> None:
    page = f"{LIST}{own.code}/"
    assert desk.get(page).context["state"]["label"] == "未联通（没有登记）"
    early = desk.post(f"{page}files/", {"uploads": [factories.upload()]}, follow=True)
    assert said(early) == ["请先登记联通情况，再上传佐证材料。"]
    assert desk.post(page, YES | {"method": ""}).context["form"].errors == {"method": ["请填写“联通方式”。"]}
    answer = desk.post(page, YES, follow=True)
    assert said(answer) == ["已登记联通情况，请上传佐证材料。"]
    assert answer.context["events"][0]["what"] == "已联通，2026-04-01，接口对接"
    answer = desk.post(f"{page}files/", {"uploads": [factories.upload("联通截图.pdf")], "note": "截图"}, follow=True)
    assert [each["name"] for each in answer.context["evidence"]["files"]] == ["联通截图.pdf"]
    file = EvidenceFile.objects.get()
    assert (file.kind, file.key, file.region) == ("link", LinkState.objects.get().pk, own.region)
    refused = desk.post(f"{page}files/", {"uploads": [factories.upload("联通截图.pdf")]})
    assert (refused.status_code, len(refused.context["evidence"]["refused"])) == (409, 1)

    stale = desk.post(page, YES | {"linked": "no", "note": "停用改造"})
    assert stale.status_code == 409
    assert stale.context["form"].non_field_errors() == ["联通情况刚被其他人登记过，请核对后再办。"]
    seen = stale.context["form"]["seen"].value()
    assert seen == str(LinkState.objects.get().pk)
    desk.post(page, YES | {"linked": "no", "note": "停用改造", "seen": seen})
    assert LinkState.objects.order_by("-pk")[0].note == "停用改造"


@pytest.mark.trust("T01")
def test_a_platform_of_another_county_is_not_there(desk: Client, own: Platform, cixi: User) -> None:
    foreign = platform_of(cixi.region)
    assert desk.get(f"{LIST}{foreign.code}/").status_code == 404
    assert desk.post(f"{LIST}{foreign.code}/", YES).status_code == 404
    assert desk.post(f"{LIST}{foreign.code}/files/").status_code == 404
    assert [each["cells"][0] for each in desk.get(LIST).context["rows"]] == [short_of(own)]


def test_the_city_sees_the_regions_side_by_side_and_each_number_opens_its_rows(
    own: Platform, cixi: User, city: User, browser_of: Any
) -> None:
    platform_of(cixi.region)
    bureau = browser_of(city)
    bureau.post(f"{LIST}{own.code}/", YES | {"on": "2020-01-01"})
    answer = bureau.get(LIST)
    places = {each["cells"][0]: each["cells"][1:] for each in answer.context["places"]["rows"]}
    assert len(places) == 17
    for name, place, expected in (
        ("鄞州区", 3, [1, 1, 0, 1, "1/1", "未申领令牌"]), ("慈溪市", 2, [1, 0, 1, 0, "0/1", "未申领令牌"])
    ):  # fmt: skip
        link, plain = places[name][place], [*places[name][:place], 1, *places[name][place + 1 :]]
        assert (plain, link["label"]) == (expected, 1)
        assert [each["cells"][1] for each in bureau.get(LIST + link["url"]).context["rows"]] == [name]
    assert answer.context["places"]["total"][1:3] == [2, 1]
    lines = lines_of(bureau.get(f"{LIST}regions.csv"))
    assert [line[:5] for line in lines if line[0] in ("鄞州区", "合计")] == [
        ["鄞州区", "1", "1", "0", "1"], ["合计", "2", "1", "1", "1"]
    ]  # fmt: skip
    assert AuditEvent.objects.get(verb="导出列表：各地区联通情况").actor == "city"
    url = dict(bureau.get(LIST, {"state": "unlinked"}).context["exports"])["csv"]
    assert [line[3] for line in lines_of(bureau.get(url))[1:]] == ["慈溪市"]


def test_the_city_reads_the_reminders_before_they_are_written(
    own: Platform, round_2026: Round, city: User, desk: Client, browser_of: Any
) -> None:
    page, bureau = f"{LIST}remind/", browser_of(city)
    assert desk.get(page).status_code == 403
    (row,) = bureau.get(page).context["rows"]
    assert f"未联通：{own.name}" in row["mail"].body
    assert not Mail.objects.exists()
    assert said(bureau.post(page, follow=True)) == ["请至少选择一个地区。"]
    answer = bureau.post(page, {"region": ["330212"]}, follow=True)
    assert said(answer) == ["已生成 1 封联通催办，请在下面核对后发送，或复制文本用其他方式发送。"]
    assert Mail.objects.get().kind == "link"
    assert bureau.get(page).context["ready"] == 0


def test_who_has_nothing_to_do_with_links_is_kept_out(finance: User, auditor: User, browser_of: Any) -> None:
    for somebody in (finance, auditor):
        assert browser_of(somebody).get(LIST).status_code == 403


@pytest.mark.parametrize(("path", "queries"), [(LIST, 6), ("/desk/services/fees/", 6)])
def test_a_list_asks_as_often_for_thirty_rows_as_for_one(
    desk: Client, yinzhou: User, own: Platform, django_assert_num_queries: Any, path: str, queries: int
) -> None:
    desk.get(path)
    with django_assert_num_queries(queries):
        desk.get(path)
    for number in range(2, 31):
        platform_of(yinzhou.region, number)
    with django_assert_num_queries(queries):
        desk.get(path)


def test_the_page_of_a_platform_leads_to_its_records_and_its_link(desk: Client, own: Platform) -> None:
    text = desk.get(f"/admin/platforms/platform/{own.pk}/change/").content.decode()
    assert f'href="/desk/services/?platform={own.code}"' in text
    assert f'href="{LIST}{own.code}/"' in text
