"""A return at the desk: the questions at their fields, their answers, and the way back to the city."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from platforms.applications.correction import Asked
from platforms.applications.services import attachments, corrections, filing
from platforms.models import Application, FillLink, Round, User
from tests import factories

HOURS = Asked("platform", "opening_hours", "开放时间与公示牌不一致")
STAFF = Asked("staff", "", "请补充专职人员")
AREA = Asked("venue", "floor_area", "请核对面积")


@pytest.fixture
def back(yinzhou: User, city: User, round_2026: Round, now: datetime) -> Application:
    """Returned with three questions, until the end of next week."""
    sent = factories.submitted(yinzhou, round_2026, now)
    return filing.return_for_correction(
        application=sent, reason="请逐项补正", items=[HOURS, STAFF, AREA],
        due_on=now.date() + timedelta(days=10), by=city, at=now,
    )  # fmt: skip


def page(client: Client, name: str, row: Application, *more: Any) -> str:
    answer = client.get(reverse(f"desk:{name}", args=[row.number, *more]))
    assert answer.status_code == 200
    return answer.content.decode()


def section_of(client: Client, row: Application, slug: str) -> dict[str, str]:
    """The hidden boxes of a section's page, as a browser sends them back."""
    text = page(client, "section", row, slug)
    found = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and 'type="hidden"' in tag and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = value[1]
    return found


def at(row: Application, place: int) -> Any:
    return row.corrections.order_by("pk")[place]


def test_the_page_lists_the_questions_with_links_and_the_due_day(desk: Client, back: Application) -> None:
    Application.objects.update(correction_due_on=timezone.localdate() + timedelta(days=2))
    text = page(desk, "application", back)
    assert "市经信局要求补正 3 项，还有 3 项没有答复" in text
    assert "还有 2 天" in text
    for place, slug in ((0, "platform"), (1, "staff"), (2, "venue")):
        item = at(back, place)
        assert f"{reverse('desk:section', args=[back.number, slug])}#question-{item.pk}" in text
        assert item.text in text


def test_the_page_asks_for_no_questions_of_the_round_where_none_was_returned(desk: Client, back: Application) -> None:
    desk.get("/desk/")
    with CaptureQueriesContext(connection) as asked:
        page(desk, "application", back)
    assert sum('FROM "platforms_question"' in each["sql"] for each in asked) == 1
    assert len(asked) == 17


def test_an_overdue_answer_is_marked_on_page_and_list_and_not_blocked(
    desk: Client, back: Application, yinzhou: User
) -> None:
    Application.objects.update(correction_due_on=timezone.localdate() - timedelta(days=3))
    assert "已逾期 3 天" in page(desk, "application", back)
    assert "已退回（补正逾期）" in page(desk, "application", back)
    assert "已退回（补正逾期）" in desk.get(reverse("desk:home")).content.decode()
    boxes = {f"answer_{item.pk}": "已改" for item in back.corrections.all()}
    desk.post(reverse("desk:resubmit", args=[back.number]), {"version": back.version, "reason": ""} | boxes)
    assert "已提交（补正逾期）" in desk.get(reverse("desk:home")).content.decode()


def test_the_question_stands_at_its_field_and_nowhere_else(desk: Client, back: Application) -> None:
    text = page(desk, "section", back, "platform")
    hours = at(back, 0)
    assert text.count(f'id="question-{hours.pk}"') == 1
    assert f'id="question-{at(back, 2).pk}"' not in text
    assert f'name="answer_{hours.pk}"' in text
    assert reverse("desk:answer", args=[back.number, hours.pk]) in text
    # Asked about the section as a whole.
    assert f'id="question-{at(back, 1).pk}"' in page(desk, "section", back, "staff")


def test_an_answer_is_saved_on_its_own_and_what_was_typed_beside_it_too(desk: Client, back: Application) -> None:
    item = at(back, 0)
    sent = section_of(desk, back, "platform") | {"opening_hours": "每天 9:00—17:00", f"answer_{item.pk}": "已改"}
    answer = desk.post(f"{reverse('desk:answer', args=[back.number, item.pk])}?section=platform", sent)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("desk:section", args=[back.number, "platform"]),
    )
    back.refresh_from_db()
    assert (at(back, 0).answer, back.opening_hours) == ("已改", "每天 9:00—17:00")
    assert "已答复" in page(desk, "section", back, "platform")


def test_saving_the_section_saves_its_answers(desk: Client, back: Application, save: Callable[..., Any]) -> None:
    item = at(back, 0)
    sent = section_of(desk, back, "platform") | {"save": "1", f"answer_{item.pk}": "已核对"}
    assert desk.post(reverse("desk:section", args=[back.number, "platform"]), sent).status_code == 302
    assert at(back, 0).answer == "已核对"


def test_a_box_that_was_not_touched_takes_nothing_back(
    desk: Client, back: Application, yinzhou2: User, now: datetime
) -> None:
    item = corrections.answer(item=at(back, 0), text="甲", by=yinzhou2, at=now)
    sent = section_of(desk, back, "platform") | {f"answer_{item.pk}": "甲"}
    corrections.answer(item=item, text="乙", by=yinzhou2, at=now)
    desk.post(reverse("desk:section", args=[back.number, "platform"]), sent)
    assert at(back, 0).answer == "乙"


def test_an_answer_that_cannot_be_taken_stays_in_its_box(desk: Client, back: Application) -> None:
    item = at(back, 0)
    address = reverse("desk:answer", args=[back.number, item.pk])
    for path in (address, f"{address}?section=platform"):
        sent = section_of(desk, back, "platform") if "section" in path else {}
        refused = desk.post(path, sent | {f"answer_{item.pk}": "长" * 401})
        text = refused.content.decode()
        assert refused.status_code == 409
        assert "“答复”最多 400 个字，现为 401 个字。" in text
        assert "长" * 401 in text
    assert at(back, 0).answer == ""


def test_an_answer_alone_leads_back_to_the_list(desk: Client, back: Application) -> None:
    item = at(back, 1)
    address = reverse("desk:answer", args=[back.number, item.pk])
    assert item.text in desk.get(address).content.decode()
    answer = desk.post(address, {f"answer_{item.pk}": "已补充"})
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{reverse('desk:application', args=[back.number])}#asked-{item.pk}",
    )
    assert at(back, 1).answer == "已补充"


def test_an_empty_answer_is_none(desk: Client, back: Application) -> None:
    item = at(back, 1)
    refused = desk.post(reverse("desk:answer", args=[back.number, item.pk]), {f"answer_{item.pk}": " "})
    assert (refused.status_code, "请填写“答复”。" in refused.content.decode()) == (409, True)


def test_questions_about_files_are_answered_on_the_page_of_the_files(
    desk: Client, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    asked = [Asked("attachments", "", "请补场地证明"), AREA]
    row = filing.return_for_correction(application=sent, reason="x", items=asked, by=city, at=now)
    item = at(row, 0)
    assert page(desk, "section", row, "attachments").count(f'id="question-{item.pk}"') == 1
    answer = desk.post(
        f"{reverse('desk:answer', args=[row.number, item.pk])}?section=attachments", {f"answer_{item.pk}": "已补"}
    )
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{reverse('desk:section', args=[row.number, 'attachments'])}#question-{item.pk}",
    )
    assert at(row, 0).answer == "已补"


def test_what_is_not_asked_any_more_is_not_answered(
    desk: Client, back: Application, yinzhou: User, city: User, now: datetime
) -> None:
    old = at(back, 0)
    sent = filing.resubmit(
        application=back, version=back.version, answer="", by=yinzhou, at=now,
        answers={item.pk: "已改" for item in back.corrections.all()},
    )  # fmt: skip
    address = reverse("desk:answer", args=[back.number, old.pk])
    assert desk.get(address).status_code == 403
    filing.return_for_correction(application=sent, reason="仍不符", by=city, at=now)
    answer = desk.get(address, follow=True).content.decode()
    assert "这项补正要求已不能答复，请查看最新的补正要求。" in answer
    late = desk.post(address, {f"answer_{old.pk}": "改口"})
    assert (late.status_code, "改口" in late.content.decode()) == (409, True)
    old.refresh_from_db()
    assert old.answer == "已改"
    assert desk.get(reverse("desk:answer", args=[back.number, 0])).status_code == 404


def test_what_is_closed_is_shown_and_not_written(desk: Client, back: Application) -> None:
    text = page(desk, "section", back, "venue")
    assert ('name="floor_area"' in text, 'name="counters"' in text) == (True, False)
    assert "退回时没有要求补正，不能修改。" in text
    sent = section_of(desk, back, "venue") | {"floor_area": "130", "counters": "77", "save": "1"}
    answer = desk.post(reverse("desk:section", args=[back.number, "venue"]), sent)
    back.refresh_from_db()
    assert (str(back.floor_area), back.counters) == ("130.00", 3)
    assert answer.status_code == 409
    assert answer.context["refusal"] == "“服务窗口”不在本次补正的范围内，没有保存。"
    # What is closed and sent as it is stored, as a page from before the return does, is no loss.
    again = section_of(desk, back, "venue") | {"floor_area": "131", "counters": "3", "save": "1"}
    assert desk.post(reverse("desk:section", args=[back.number, "venue"]), again).status_code == 200


def test_rows_sent_though_a_return_keeps_them_closed_are_told(desk: Client, back: Application) -> None:
    rows = {"partners-TOTAL_FORMS": "1", "partners-INITIAL_FORMS": "0", "partners-0-name": "新机构"}
    sent = section_of(desk, back, "services") | rows | {"save": "1"}
    answer = desk.post(reverse("desk:section", args=[back.number, "services"]), sent)
    assert (answer.status_code, answer.context["refusal"]) == (409, "“合作机构”不在本次补正的范围内，没有保存。")
    assert not back.partners.filter(name="新机构").exists()


def test_the_way_back_shows_each_question_with_what_changed(
    desk: Client, back: Application, yinzhou: User, now: datetime
) -> None:
    sent = section_of(desk, back, "venue") | {"floor_area": "130", "save": "1"}
    desk.post(reverse("desk:section", args=[back.number, "venue"]), sent)
    text = page(desk, "resubmit", back)
    for item in back.corrections.all():
        assert item.text in text
    assert "退回时（第1版）" in text
    assert re.search(r"服务场地面积（㎡）：<del[^>]*>120.5</del> → <ins[^>]*>130</ins>", text)
    assert text.count("此处没有修改。") == 2


def test_a_form_does_not_go_back_with_open_questions_and_nothing_typed_is_lost(desk: Client, back: Application) -> None:
    back.refresh_from_db()
    address = reverse("desk:resubmit", args=[back.number])
    first, second, third = back.corrections.order_by("pk")
    boxes = {f"answer_{first.pk}": "已改", f"answer_{second.pk}": "已补充", f"answer_{third.pk}": ""}
    refused = desk.post(address, {"version": back.version, "reason": "总的说明"} | boxes)
    text = refused.content.decode()
    assert refused.status_code == 409
    assert "还有 1 项补正要求没有答复：服务场地面积（㎡）。请逐项答复后再提交。" in text
    assert ("已补充" in text, "总的说明" in text) == (True, True)
    boxes[f"answer_{third.pk}"] = "已核对"
    done = desk.post(address, {"version": back.version, "reason": ""} | boxes, follow=True).content.decode()
    assert f"已重新提交申报表 {back.number}" in done
    assert ("已补充" in done, "第2版" in done) == (True, True)
    assert list(back.corrections.order_by("pk").values_list("answer", flat=True)) == ["已改", "已补充", "已核对"]


@pytest.mark.trust("T12")
def test_an_old_page_does_not_send_the_form_back(desk: Client, back: Application) -> None:
    boxes = {f"answer_{item.pk}": "已改" for item in back.corrections.all()}
    answer = desk.post(reverse("desk:resubmit", args=[back.number]), {"version": back.version - 1} | boxes)
    assert (answer.status_code, "已改" in answer.content.decode()) == (409, True)
    back.refresh_from_db()
    assert (back.status, at(back, 0).answer) == ("returned", "")


def test_all_turns_stay_readable_to_county_and_city(
    desk: Client, browser_of: Any, back: Application, yinzhou: User, city: User, now: datetime
) -> None:
    sent = filing.resubmit(
        application=back, version=back.version, answer="", by=yinzhou, at=now,
        answers={item.pk: f"答{number}" for number, item in enumerate(back.corrections.order_by("pk"), 1)},
    )  # fmt: skip
    filing.return_for_correction(application=sent, reason="再请核对", items=[AREA], by=city, at=now)
    office = browser_of(city).get(reverse("admin:platforms_application_change", args=(back.pk,))).content.decode()
    for text in (page(desk, "application", back), office):
        assert ("第 1 次" in text, "第 2 次" in text, "请逐项补正" in text, "再请核对" in text) == (True,) * 4
        assert ("答1" in text, "答2" in text, "答3" in text, "没有答复" in text) == (True,) * 4


# Versions side by side


@pytest.fixture
def twice(back: Application, desk: Client, yinzhou: User, now: datetime) -> Application:
    """Submitted again with another mobile of the contact and another area."""
    Application.objects.filter(pk=back.pk).update(floor_area=130, contact_mobile="13900139000", contact_name="赵联系")
    back.refresh_from_db()
    return filing.resubmit(
        application=back, version=back.version, answer="", by=yinzhou, at=now,
        answers={item.pk: "已改" for item in back.corrections.all()},
    )  # fmt: skip


def test_two_versions_stand_side_by_side(desk: Client, twice: Application) -> None:
    text = page(desk, "differences", twice, 1, 2)
    assert ("120.5" in text, "130" in text, "修改" in text, "3 场地设施（1 处）" in text) == (True,) * 4
    assert text.count("<tr>") == 2 + 3
    # The later one on the right, whatever the address says.
    turned = desk.get(reverse("desk:differences", args=[twice.number, 2, 1])).context
    assert (turned["old_label"], turned["new_label"]) == ("第1版", "第2版")


def test_people_in_a_difference_are_stars_to_the_city(browser_of: Any, city: User, twice: Application) -> None:
    office = browser_of(city)
    texts = [
        office.get(reverse("desk:differences", args=[twice.number, 1, 2])).content.decode(),
        office.get(reverse("admin:platforms_application_change", args=(twice.pk,))).content.decode(),
    ]
    for text in texts:
        assert ("13900139000" in text, "赵联系" in text) == (False, False)
        assert ("139****9000" in text, "赵*" in text) == (True, True)


@pytest.mark.parametrize("pair", [(1, 1), (1, 3), (0, 2)])
def test_versions_that_are_not_there_are_not_compared(desk: Client, twice: Application, pair: tuple[int, int]) -> None:
    assert desk.get(reverse("desk:differences", args=[twice.number, *pair])).status_code == 404


def test_the_application_page_costs_the_same_for_one_question_and_for_thirty(
    desk: Client, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    counts = []
    for number in (1, 30):
        sent = factories.submitted(yinzhou, round_2026, now)
        row = filing.return_for_correction(application=sent, reason="x", items=[AREA] * number, by=city, at=now)
        for name, more in (("application", ()), ("resubmit", ()), ("section", ("venue",))):
            desk.get(reverse(f"desk:{name}", args=[row.number, *more]))
            with CaptureQueriesContext(connection) as asked:
                page(desk, name, row, *more)
            counts.append(len(asked))
    assert counts[:3] == counts[3:]


# The county's check


@pytest.mark.parametrize("name", ["check", "submit"])
def test_the_files_stand_between_the_plan_and_the_commitment(desk: Client, draft: Application, name: str) -> None:
    text = page(desk, name, draft)
    order = [text.rindex(part) for part in ("8 建设运营计划", "9 附件", "10 承诺与审核意见")]
    assert order == sorted(order)


def test_the_county_checks_and_passes_on(desk: Client, draft: Application) -> None:
    address = reverse("desk:check", args=[draft.number])
    text = desk.get(address).content.decode()
    assert ("未核对" in text, "处没有填好" in text) == (True, True)
    done = desk.post(address, {"version": draft.version}, follow=True).content.decode()
    assert f"已核对 {draft.number}“{draft.name}”，可以上报；" in done
    assert "已核对" in page(desk, "application", draft)


def test_a_check_of_an_older_page_is_refused(desk: Client, draft: Application) -> None:
    for version in (draft.version - 1, "x", ""):
        answer = desk.post(reverse("desk:check", args=[draft.number]), {"version": version}, follow=True)
        assert "已被他人保存或办理" in answer.content.decode()


def test_a_later_change_is_told(desk: Client, draft: Application, save: Callable[..., Any]) -> None:
    address = reverse("desk:check", args=[draft.number])
    desk.post(address, {"version": draft.version})
    save(draft, "venue", floor_area="99", equipment="电脑")
    text = desk.get(address).content.decode()
    assert ("核对后又有修改" in text, "核对之后的修改" in text, "填写场地设施" in text) == (True, True, True)
    assert "电脑" in text


def send_back(desk: Client, row: Application, **fields: Any) -> Any:
    sent = {"recipient": "测试服务中心", "days": "14"} | fields
    return desk.post(reverse("desk:send_back", args=[row.number]), sent)


def test_the_county_asks_the_unit_and_the_unit_answers_at_the_field(desk: Client, draft: Application) -> None:
    for address in (reverse("desk:check", args=[draft.number]), reverse("desk:send_back", args=[draft.number])):
        read = desk.get(address).content.decode()
        assert read.count('name="ask-venue.floor_area"') == 1
        assert 'name="ask-commitment.county_opinion"' not in read
    text = send_back(desk, draft, **{"ask-venue.floor_area": "请核对面积", "ask-venue": ""}).content.decode()
    assert "已退回运营单位修改 1 处" in text
    link = re.search(r'value="(http://testserver/fill/[^"]+)"', text)
    assert link is not None
    unit, start = Client(), link[1].removeprefix("http://testserver")
    assert "请核对面积" in unit.get(start).content.decode()
    item = draft.corrections.get()
    venue = f"{start}venue/"
    shown = unit.get(venue).content.decode()
    assert (f'id="question-{item.pk}"' in shown, 'name="floor_area"' in shown) == (True, True)
    answered = unit.post(f"{start}answers/{item.pk}/", {f"answer_{item.pk}": "已核对"})
    assert (answered.status_code, answered["Location"]) == (302, f"{start}#asked-{item.pk}")
    unit.post(f"{start}hand-over/")
    told = page(desk, "check", draft)
    assert ("已核对" in told, "向运营单位提出的修改要求" in told, "退回运营单位之后的修改" in told) == (True,) * 3
    assert unit.get(f"{start}answers/{item.pk}/").status_code == 410


def test_questions_left_open_are_named_before_the_unit_hands_over(desk: Client, draft: Application) -> None:
    text = send_back(desk, draft, **{"ask-venue": "请核对"}).content.decode()
    link = re.search(r"http://testserver(/fill/[^\"]+)", text)
    assert link is not None
    assert "没有答复的修改要求：场地设施。" in Client().get(f"{link[1]}hand-over/").content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "请至少写明一项需要运营单位修改的内容。"),
        ({"ask-venue": " "}, "请至少写明一项需要运营单位修改的内容。"),
        ({"ask-no.such": "请核对"}, "“请核对”所在的栏目已不在本申报表中"),
        ({"ask-commitment.county_opinion": "请核对"}, "“请核对”所在的栏目已不在本申报表中"),
        ({"ask-venue": "长" * 401}, "场地设施（整个部分）：现有 401 字，最多 400 字，请精简。"),
        ({"ask-venue": "请核对", "days": "0"}, "应在 1 至 60 之间，请核对。"),
    ],
)
def test_a_question_without_sense_is_refused_and_nothing_typed_is_lost(
    desk: Client, draft: Application, fields: dict[str, str], sentence: str
) -> None:
    refused = send_back(desk, draft, recipient="某中心", **fields).content.decode()
    assert sentence in refused
    assert "某中心" in refused
    for name, value in fields.items():
        if name.startswith("ask-"):
            assert value in refused
    assert (draft.corrections.count(), draft.fill_links.count()) == (0, 0)


def test_after_a_check_the_next_form_that_was_handed_over_is_offered(
    desk: Client, draft: Application, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    others = [factories.draft(yinzhou, round_2026, now) for _ in range(3)]
    for place, row in enumerate(others):
        FillLink.objects.create(
            application=row, token_hash=f"{place:064}", recipient="x", created_at=now, created_by=yinzhou,
            expires_at=now + timedelta(days=9), handed_over_at=now + timedelta(hours=3 - place),
        )  # fmt: skip
    Application.objects.filter(pk=others[1].pk).update(checked_version=F("version"), checked_at=now, checked_by=yinzhou)
    told = desk.post(reverse("desk:check", args=[draft.number]), {"version": draft.version}, follow=True)
    first = reverse("desk:check", args=[others[2].number])
    assert f'href="{first}">下一份（还有 2 份）' in told.content.decode()


def test_nobody_else_checks_asks_or_answers(
    browser_of: Any, cixi: User, city: User, finance: User, back: Application, draft: Application
) -> None:
    item = at(back, 0)
    for person, status in ((cixi, 404), (city, 403), (finance, 403)):
        client = browser_of(person)
        for path in (
            reverse("desk:check", args=[draft.number]),
            reverse("desk:send_back", args=[draft.number]),
            reverse("desk:answer", args=[back.number, item.pk]),
        ):
            assert {client.get(path).status_code, client.post(path).status_code} == {status}, (person, path)


CLOSED = "退回时没有要求补正，不能修改。"


def test_closed_files_are_shown_and_neither_uploaded_nor_replaced_nor_deleted(
    desk: Client, back: Application, now: datetime
) -> None:
    file = back.attachments.get(kind="venue")
    address = reverse("desk:section", args=[back.number, "attachments"])
    text = page(desk, "section", back, "attachments")
    assert f"附件：{CLOSED}盖章扫描件除外，可以随补正重新上传。" in text
    assert (file.shown_name in text, "?replace=" in text, "/remove/" in text) == (True, False, False)
    assert re.findall(r'<input type="hidden" name="kind" value="([^"]*)"', text) == ["stamped"]
    assert re.findall(r'type="file"\s+name="uploads"\s+id="file-([^"]*)"', text) == ["stamped"]
    assert text.count("已锁定") == text.count('class="need"') - 1
    for path in (f"{address}?replace={file.pk}", reverse("desk:attachment_remove", args=[file.pk])):
        answer = desk.get(path, follow=True)
        assert answer.redirect_chain == [(address, 302)]
        assert CLOSED in answer.content.decode()
    sent = desk.post(address, {"kind": "photo", "uploads": factories.upload("现场.pdf")})
    assert "退回时没有要求补正附件，现在只能上传盖章扫描件。" in sent.content.decode()
    desk.post(address, {"replace": file.pk, "uploads": factories.upload("新.pdf")})
    desk.post(reverse("desk:attachment_remove", args=[file.pk]))
    assert sorted(back.attachments.values_list("shown_name", flat=True)) == sorted(
        each["shown_name"] for each in back.versions.latest("number").data["attachments"]
    )


def test_a_new_seal_comes_and_goes_while_the_other_files_are_closed(desk: Client, back: Application) -> None:
    address = reverse("desk:section", args=[back.number, "attachments"])
    desk.post(address, {"kind": "stamped", "uploads": factories.upload("盖章.pdf", factories.PDF + b"%1\n%%EOF\n")})
    seal = back.attachments.get(kind="stamped")
    text = page(desk, "section", back, "attachments")
    assert re.findall(r"\?replace=(\d+)", text) == [str(seal.pk)]
    assert re.findall(r"attachments/(\d+)/remove/", text) == [str(seal.pk)]
    desk.post(reverse("desk:attachment_remove", args=[seal.pk]))
    assert not back.attachments.filter(kind="stamped").exists()


def test_named_files_are_open_as_before(
    desk: Client, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    asked = [Asked("attachments", "attachments", "请补场地证明")]
    row = filing.return_for_correction(application=sent, reason="x", items=asked, by=city, at=now)
    text = page(desk, "section", row, "attachments")
    assert (CLOSED in text, text.count("?replace=")) == (False, row.attachments.count())
    assert CLOSED in page(desk, "section", row, "rules")


def test_closed_rules_are_a_table(desk: Client, back: Application) -> None:
    text = page(desk, "section", back, "rules")
    assert (CLOSED in text, 'name="rules-' in text) == (True, False)
    for rule in back.rules.all():
        assert rule.title in text


def test_the_files_of_a_closed_question_are_only_read(
    desk: Client, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    questions = [factories.question(round_2026, city, now, "file", text=text) for text in ("标识照片", "平面图")]
    row = factories.complete_application(yinzhou, round_2026, now)
    file = attachments.add(
        application=row, kind="question", question=questions[0], upload=factories.upload("标识.pdf"), by=yinzhou, at=now
    )
    sent = filing.submit(application=row, version=row.version, by=yinzhou, at=now, over_quota_reason="测试")
    remove = reverse("desk:attachment_remove", args=[file.pk])
    row = filing.return_for_correction(application=sent, reason="x", items=[HOURS], by=city, at=now)
    text = page(desk, "section", row, "venue")
    assert ("标识.pdf" in text, remove in text, 'type="file"' in text) == (True, False, False)
    assert text.count("未上传") == 1
    answer = desk.get(remove, follow=True)
    assert answer.redirect_chain == [(reverse("desk:section", args=[row.number, "venue"]), 302)]
    assert f"附件“标识.pdf”不能删除。{CLOSED}" in answer.content.decode()
    assert remove not in page(desk, "section", row, "attachments")
