"""Objections as the public files them and looks them up."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.models import Objection, PublicNotice
from evaluation.public_notice.queries import objections as queries
from evaluation.public_notice.services import objections
from platforms.models import EvidenceFile, Region, Round, User
from tests import factories
from tests.evaluation.public_notice.noticed import AT, amended, first, officers, opened
from tests.evaluation.stage import confirmed_round
from tests.kept_rows import once

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T36")]
FORM = {
    "platform": "330212-001",
    "text": "公示的服务企业数与实际不符。",
    "name": "宁波某某机械有限公司",
    "phone": "13812345678",
    "email": "",
    "website": "",
}
PRIVATE = (FORM["name"], FORM["phone"], FORM["text"])


@pytest.fixture(autouse=True)
def _a_day_of_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 11 September 2026."""
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(microseconds=next(ticks)))


@pytest.fixture
def notice(regions: dict[str, Region]) -> PublicNotice:
    """Two A and a D in 鄞州区, of which the D is not public."""
    return opened(once(confirmed_round, {"330212": {"A": 2, "D": 1}}, year=2026))


def page(notice: PublicNotice) -> str:
    return f"/notice/{notice.number}/object/"


def file(client: Client, notice: PublicNotice, **changes: Any) -> Any:
    return client.post(page(notice), FORM | changes)


def receipt(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/objection/received/").context["receipt"]
    return found


@pytest.mark.clause("N20")
def test_an_objection_lands_with_the_city_alone(
    stranger: Client, notice: PublicNotice, yinzhou: User, city: User, finance: User, auditor: User
) -> None:
    assert file(stranger, notice, email="who@example.cn")["Location"] == "/objection/received/"
    made = Objection.objects.get()
    assert (made.assessment, made.channel, made.email) == (first(notice), "form", "who@example.cn")
    assert re.fullmatch("[0-9a-f]{64}", made.sender_hash)
    seen = [made.is_visible_to(person) for person in (city, yinzhou, finance, auditor)]
    assert seen == [True, False, False, False]


def test_the_page_offers_what_is_public_and_says_until_when(stranger: Client, notice: PublicNotice) -> None:
    answer = stranger.get(page(notice))
    shown = answer.content.decode()
    assert answer.context["offered"] == [
        "鄞州区第1镇中小企业公共服务窗口平台（330212-001）", "鄞州区第2镇中小企业公共服务窗口平台（330212-002）",
    ]  # fmt: skip
    assert "公示期 2026年9月10日至2026年9月16日" in shown
    assert "电话 0574-87654321" in shown
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")


def test_a_link_from_the_list_fills_the_platform_in(stranger: Client, notice: PublicNotice) -> None:
    assert (
        'value="鄞州区第2镇中小企业公共服务窗口平台（330212-002）"'
        in stranger.get(f"{page(notice)}?platform=330212-002").content.decode()
    )
    assert stranger.get(f"{page(notice)}?platform=%3Cb%3E").status_code == 200


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("330212-002", "330212-002"),
        ("鄞州区第2镇中小企业公共服务窗口平台", "330212-002"),
        ("鄞州区第2镇中小企业公共服务窗口平台（330212-002）", "330212-002"),
        ("", ""),
    ],
)
def test_the_platform_is_named_by_code_or_name_or_not_at_all(
    stranger: Client, notice: PublicNotice, named: str, code: str
) -> None:
    file(stranger, notice, platform=named)
    about = Objection.objects.get().assessment
    assert (about.application.platform.code if about else "") == code  # type: ignore[union-attr]


def test_number_and_code_are_shown_once_and_open_the_state(stranger: Client, notice: PublicNotice) -> None:
    file(stranger, notice)
    answer = stranger.get("/objection/received/")
    kept, shown = answer.context["receipt"], answer.content.decode()
    assert (kept["number"] in shown, kept["code"] in shown, kept["due_on"]) == (True, True, "2026年9月18日")
    assert kept["code"] not in stranger.get("/objection/received/").content.decode()
    state = Client().post("/objection/", {"number": kept["number"], "code": kept["code"]})
    assert state.context["state"] == "已受理，待办理"
    for private in PRIVATE:
        assert private not in shown
        assert private not in state.content.decode()


@pytest.mark.clause("N20")
def test_whoever_objected_reads_the_answer_and_what_changed(stranger: Client, notice: PublicNotice, city: User) -> None:
    file(stranger, notice)
    kept, row = receipt(stranger), Objection.objects.get()

    def look() -> Any:
        return Client().post("/objection/", {"number": kept["number"], "code": kept["code"]})

    objections.assign(objection=row, to=city, by=officers()[0], at=AT)
    assert look().context["state"] == "办理中"
    objections.answer(objection=row, outcome="partly", text="经复核，\n服务企业数有误。", by=city, at=AT)
    amended(first(notice).notice_lines.get(), "B", objection=row)
    answer = look()
    shown = answer.content.decode()
    assert answer.context["state"] == "已答复：部分采纳"
    assert "答复：经复核，<br>服务企业数有误。" in shown
    assert "2026年9月11日公示名单更新：鄞州区第1镇中小企业公共服务窗口平台，拟评B档。" in shown
    # Who dealt with it is nobody's business.
    assert city.name not in shown


def test_what_became_uncertified_is_not_told_at_the_look_up(stranger: Client, notice: PublicNotice) -> None:
    file(stranger, notice)
    kept = receipt(stranger)
    amended(first(notice).notice_lines.get(), "D", objection=Objection.objects.get())
    answer = Client().post("/objection/", {"number": kept["number"], "code": kept["code"]})
    assert "公示名单更新" not in answer.content.decode()


def test_a_neighbour_number_or_a_wrong_code_is_unknown(stranger: Client, notice: PublicNotice) -> None:
    file(stranger, notice)
    kept = receipt(stranger)
    wrong = ((kept["number"], "AAAAAAAAAA"), ("YY1", "x"), ("TSA3CDEF4GHJ", "x"), ("", ""), ("\x00", "x"))
    for number, code in wrong:
        answer = stranger.post("/objection/", {"number": number, "code": code})
        assert answer.status_code == 422
        assert "objection" not in answer.context
    asked = stranger.get(f"/objection/?number={kept['number']}&code={kept['code']}")
    assert asked.context.get("objection") is None


def test_look_ups_are_slowed_down(stranger: Client, settings: Any, db: None) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 2
    statuses = [stranger.post("/objection/", {"number": "x", "code": "y"}).status_code for _ in range(3)]
    assert statuses == [422, 422, 429]


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"text": ""}, "text", "请填写异议内容。"),
        ({"text": "长" * 2001}, "text", "异议内容不得超过 2000 个字，现为 2001 个字。"),
        ({"name": " "}, "name", "请填写姓名或单位。"),
        ({"name": "匿名"}, "name", "异议须实名提出，请填写真实姓名或单位全称；匿名的不予受理。"),
        ({"phone": ""}, "phone", "请填写联系电话。"),
        ({"phone": "1"}, "phone", "“1”不是有效的电话号码，请填写手机号码，或带区号的固定电话，如 0574-87654321。"),
        ({"email": "who"}, "email", "电子邮箱的格式不正确，应如 name@example.cn。"),
        ({"website": "http://x"}, "website", "请把这一栏清空后再提交。"),
        ({"platform": "330212-003"}, "platform",
         "公示名单中没有这个平台，请从列表中选择，或填写公示名单中的平台编号。"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_box_and_nothing_typed_is_lost(
    stranger: Client, notice: PublicNotice, changes: dict[str, str], field: str, error: str
) -> None:
    answer = file(stranger, notice, **changes)
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [error]})
    shown = answer.content.decode()
    assert [value for value in (FORM | changes).values() if value not in shown] == []
    assert Objection.objects.count() == 0


def test_a_part_of_one_name_is_enough_and_a_part_of_several_names_is_not(
    stranger: Client, notice: PublicNotice
) -> None:
    one, other = queries.listed(notice)
    shared = "窗口平台"
    assert (shared in one.name, shared in other.name) == (True, True)
    answer = file(stranger, notice, platform=shared)
    told = "公示名单中有 2 个平台与此相符，请填写完整名称或平台编号。"
    assert (answer.status_code, answer.context["form"].errors) == (422, {"platform": [told]})
    assert file(stranger, notice, platform=one.site_name).status_code == 302
    assert Objection.objects.get().assessment == one.assessment


def test_files_come_along_and_have_to_be_chosen_again_after_an_error(stranger: Client, notice: PublicNotice) -> None:
    answer = file(stranger, notice, text="", uploads=[factories.upload("合同.pdf")])
    assert answer.context["again"] == ["合同.pdf"]
    assert "尚未提交，下列文件须重新选择" in answer.content.decode()
    answer = file(stranger, notice, uploads=[factories.upload("木马.exe", b"MZ")])
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["uploads"])
    file(stranger, notice, uploads=[factories.upload("合同.pdf"), factories.upload("账单.pdf", factories.PDF + b"2")])
    assert (receipt(stranger)["files"], EvidenceFile.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("days", "status", "why"),
    [(-2, 200, "公示期自2026年9月10日开始"), (5, 200, ""), (6, 200, "公示期已于2026年9月16日结束")],
)
def test_outside_of_the_period_the_page_says_so(
    stranger: Client, notice: PublicNotice, monkeypatch: pytest.MonkeyPatch, days: int, status: int, why: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(days=days))
    answer = stranger.get(page(notice))
    assert (answer.status_code, "form" in answer.context) == (status, why == "")
    assert why in answer.content.decode()
    assert file(stranger, notice).status_code == (409 if why else 302)
    assert Objection.objects.count() == (0 if why else 1)


def test_a_stopped_notice_and_published_results_take_none(stranger: Client, notice: PublicNotice, city: User) -> None:
    Round.objects.filter(pk=notice.round_id).update(status="published")
    assert "认定结果已公布" in stranger.get(page(notice)).content.decode()
    Round.objects.filter(pk=notice.round_id).update(status="evaluating")
    PublicNotice.objects.update(status="stopped", stopped_at=AT, stopped_by=city, stop_reason="名单有误")
    assert "公示已终止" in stranger.get(page(notice)).content.decode()
    assert file(stranger, notice).status_code == 409


def test_a_notice_that_was_never_opened_does_not_exist(stranger: Client, notice: PublicNotice) -> None:
    proposed = PublicNotice.objects.create(
        **{field.attname: getattr(notice, field.attname) for field in notice._meta.concrete_fields
           if field.name not in ("id", "number", "round", "status", "decided_at", "decided_by")},
        number="GS-2031-0001", round=factories.round_of(2031), status="proposed",
    )  # fmt: skip
    for address in (page(proposed), "/notice/GS-2026-9999/object/"):
        assert (stranger.get(address).status_code, stranger.post(address, FORM).status_code) == (404, 404)


def test_the_same_words_again_are_told_to_have_come(stranger: Client, notice: PublicNotice) -> None:
    file(stranger, notice)
    answer = file(Client(), notice)
    assert answer.status_code == 422
    assert "内容相同的异议已经收到" in answer.content.decode()
    assert Objection.objects.count() == 1


def test_a_flood_meets_a_friendly_page(stranger: Client, settings: Any, notice: PublicNotice) -> None:
    settings.OBJECTIONS_PER_HOUR = 2
    answers = [file(stranger, notice, text=f"第{number}次提出异议。") for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "异议过于频繁" in answers[-1].content.decode()
    assert file(Client(REMOTE_ADDR="203.0.113.9"), notice, text="另一家提出异议。").status_code == 302


@pytest.mark.parametrize("changes", [{"text": "a\x00b"}, {"text": "大" * 1_000_000}, {"platform": "a\x00b"}])
def test_what_cannot_be_read_is_refused(stranger: Client, notice: PublicNotice, changes: dict[str, str]) -> None:
    assert file(stranger, notice, **changes).status_code == 422
    assert Objection.objects.count() == 0


def test_a_form_without_its_token_is_refused(notice: PublicNotice) -> None:
    assert Client(enforce_csrf_checks=True).post(page(notice), FORM).status_code == 403
    assert Objection.objects.count() == 0


@pytest.mark.clause("N20")
def test_the_notice_tells_how_many_objections_came_and_nothing_of_them(
    stranger: Client, notice: PublicNotice, city: User
) -> None:
    address = f"/notice/{notice.number}/"
    assert "收到 " not in stranger.get(address).content.decode()
    file(Client(), notice)
    file(Client(), notice, text="另一件。")
    # What is kept of a public page is renewed at once.
    assert "收到 2 件，已答复 0 件" in stranger.get(address).content.decode()
    objections.refuse(objection=Objection.objects.order_by("pk")[1], text="无关", by=city, at=AT)
    shown = stranger.get(address).content.decode()
    assert "收到 2 件，已答复 0 件，不予受理 1 件" in shown
    assert [private for private in PRIVATE if private in shown] == []
