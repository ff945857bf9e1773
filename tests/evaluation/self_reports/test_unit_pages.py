"""What the holder of a link sees and sends: one page that saves itself, proofs, a receipt."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from evaluation.models import SelfReport, SelfReportLine, SelfReportLink
from evaluation.self_reports.services import checking, filling, links
from evaluation.self_reports.services.links import Sent
from ningbo_windows.way_back import way_back
from platforms.log_filter import hide_keys
from platforms.models import AuditEvent, EvidenceFile, Round, User
from tests import factories
from tests.evaluation.self_reports.writing import fill, report_of

DAY = timedelta(days=1)


def page(sent: Sent, name: str = "start", *more: Any) -> str:
    return reverse(f"self_report:{name}", args=[sent.token, *more])


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def sent_with(version: int = 1, **typed: str) -> dict[str, str]:
    return {"version": str(version), **{name.replace("__", "-"): value for name, value in typed.items()}}


def test_the_page_asks_each_indicator_and_shows_what_was_stated(stranger: Client, sent: Sent) -> None:
    answer = stranger.get(page(sent))
    text = shown(answer)
    assert answer.status_code == 200
    assert ("服务企业" in text, "申报表所填（上一年度）：186 家" in text) == (True, True)
    assert [word in text for word in ("得分", "档次", "系统核计：", "A 档")] == [False] * 4
    assert answer["Cache-Control"] == "no-store, private"
    assert SelfReportLink.objects.get().opened_at is not None


def test_what_is_typed_is_saved_and_the_rest_stays(stranger: Client, sent: Sent) -> None:
    answer = stranger.post(page(sent), sent_with(enterprises__value="４０.５", enterprises__remark="台账"))
    assert (answer.status_code, answer.url) == (302, page(sent))
    line = SelfReportLine.objects.get(report=sent.link.report, indicator__code="enterprises")
    assert (str(line.value), line.remark) == ("40.50", "台账")


def test_the_page_saves_itself_and_gets_only_what_changed(stranger: Client, sent: Sent) -> None:
    answer = stranger.post(page(sent), sent_with(enterprises__value="40"), headers={"HX-Request": "true"})
    text = shown(answer)
    assert (answer.status_code, 'data-state="saved"' in text, "<html" in text) == (200, True, False)
    assert 'value="2"' in text


def test_a_wrong_box_is_told_and_the_right_ones_are_saved(stranger: Client, sent: Sent) -> None:
    typed = sent_with(enterprises__value="四十", events__value="7", events__link="http://www.example.cn")
    answer = stranger.post(page(sent), typed)
    text = shown(answer)
    assert answer.status_code == 200
    assert [word in text for word in ("请只填写数字", "佐证链接须以 https:// 开头", 'value="四十"')] == [True] * 3
    lines = {each.indicator.code: each.value for each in sent.link.report.lines.select_related("indicator")}
    assert (lines["enterprises"], lines["events"]) == (None, 7)
    again = stranger.post(page(sent), typed | {"version": "2"}, headers={"HX-Request": "true"})
    assert 'data-state="partly"' in shown(again)


@pytest.mark.parametrize("text", ["说明\x00", "字" * 401])
def test_a_remark_that_cannot_be_stored_is_told_at_its_box(stranger: Client, sent: Sent, text: str) -> None:
    answer = stranger.post(page(sent), sent_with(enterprises__remark=text))
    assert answer.status_code == 200
    assert "有 1 处需要修改" in shown(answer)


def test_two_on_one_link_do_not_overwrite_each_other(stranger: Client, sent: Sent, at: datetime) -> None:
    fill(sent.link, at)
    answer = stranger.post(page(sent), sent_with(enterprises__value="99", enterprises__remark="另一人所写"))
    text = shown(answer)
    assert (answer.status_code, "已被他人保存" in text, 'value="99"' in text, "另一人所写" in text) == (
        409,
        *[True] * 3,
    )
    assert 'name="version" value="1"' in text
    behind = stranger.post(page(sent), sent_with(enterprises__value="99"), headers={"HX-Request": "true"})
    assert (behind.status_code, 'data-state="refused"' in shown(behind)) == (409, True)


def test_saving_leads_on_to_handing_in(stranger: Client, sent: Sent) -> None:
    answer = stranger.post(page(sent), sent_with(enterprises__value="40") | {"continue": "1"})
    assert answer.url == page(sent, "hand_in")
    assert "还有" in shown(stranger.get(answer.url))


def test_a_complete_report_is_handed_in_and_answered_with_a_receipt(stranger: Client, sent: Sent, at: datetime) -> None:
    fill(sent.link, at)
    asked = stranger.get(page(sent, "hand_in"))
    assert (asked.status_code, "提交给鄞州区经信部门审核" in shown(asked)) == (200, True)
    answer = stranger.post(page(sent, "hand_in"), {"version": "2", "filled_by": "王填报"}, follow=True)
    text = shown(answer)
    report = SelfReport.objects.get(pk=sent.link.report_id)
    assert (report.status, report.receipt in text, "data-print" in text) == ("handed_in", True, True)
    # Later on the same address shows it again, and takes nothing more.
    assert report.receipt in shown(stranger.get(page(sent)))
    refused = stranger.post(page(sent), sent_with(3, enterprises__value="1"))
    assert (refused.status_code, "自评已提交" in shown(refused)) == (410, True)
    assert stranger.get(page(sent, "hand_in")).url == page(sent)


def test_handing_in_asks_for_a_name_and_for_the_page_as_it_is(stranger: Client, sent: Sent, at: datetime) -> None:
    fill(sent.link, at)
    nameless = stranger.post(page(sent, "hand_in"), {"version": "2", "filled_by": ""})
    assert (nameless.status_code, "请填写" in shown(nameless)) == (200, True)
    stale = stranger.post(page(sent, "hand_in"), {"version": "1", "filled_by": "王填报"})
    assert (stale.status_code, "王填报" in shown(stale)) == (409, True)


def test_what_was_sent_back_says_what_to_mend(
    stranger: Client, sent: Sent, handed_in: SelfReport, yinzhou: User, at: datetime
) -> None:
    checking.send_back(report=handed_in, questions={"enterprises": "与台账不符"}, reason="请核对", by=yinzhou, at=at)
    text = shown(stranger.get(page(sent)))
    assert [word in text for word in ("自评已退回", "请核对", "与台账不符")] == [True] * 3


def test_a_proof_goes_up_and_only_who_holds_the_link_gets_it(stranger: Client, sent: Sent) -> None:
    address = page(sent, "files", "enterprises")
    assert stranger.get(address).status_code == 200
    answer = stranger.post(address, {"uploads": factories.upload(content=factories.PDF), "note": "台账"})
    assert (answer.status_code, answer.url) == (302, address)
    file = EvidenceFile.objects.get()
    assert page(sent, "file", file.pk) in shown(stranger.get(address))
    got = stranger.get(page(sent, "file", file.pk))
    assert (got.status_code, b"".join(got.streaming_content)) == (200, factories.PDF)
    other = factories.upload(content=b"not a pdf at all")
    refused = stranger.post(address, {"uploads": other, "note": ""})
    assert refused.status_code == 409


def test_the_file_of_another_report_is_not_there(stranger: Client, sent: Sent, cixi: User, at: datetime) -> None:
    foreign = links.send(report=report_of("330282"), by=cixi, at=at)
    line = SelfReportLine.objects.filter(report=foreign.link.report)[0]
    file = filling.add_file(link=foreign.link, line=line, upload=factories.upload(content=factories.PDF), at=at)
    assert stranger.get(page(sent, "file", file.pk)).status_code == 404
    assert stranger.get(page(sent, "files", "complaints")).status_code == 404


def test_after_the_last_day_the_link_says_so(
    stranger: Client, sent: Sent, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at + 15 * DAY)
    for address in (page(sent), page(sent, "hand_in"), page(sent, "files", "enterprises")):
        answer = stranger.get(address)
        assert (answer.status_code, "截止" in shown(answer)) == (410, True)
    refused = stranger.post(page(sent), sent_with(enterprises__value="1"))
    assert refused.status_code == 410


def test_an_ended_link_says_so(stranger: Client, sent: Sent, report: SelfReport, yinzhou: User, at: datetime) -> None:
    links.send(report=report, by=yinzhou, at=at)
    answer = stranger.get(page(sent))
    assert (answer.status_code, "已由新的链接替代" in shown(answer)) == (410, True)


def test_a_withdrawn_application_and_a_public_round_close_the_link(
    stranger: Client, sent: Sent, handed_in: SelfReport, at: datetime
) -> None:
    Round.objects.update(status="published", published_on=timezone.localdate(at))
    assert "认定结果已公布" in shown(stranger.get(page(sent)))
    application = handed_in.assessment.application
    type(application).objects.update(status="withdrawn", withdrawn_at=at)
    answer = stranger.get(page(sent))
    assert (answer.status_code, "申报表已撤回" in shown(answer)) == (410, True)


def test_an_unknown_link_is_not_found_and_guessing_is_slowed(stranger: Client, settings: Any, db: None) -> None:
    settings.KEY_GUESSES_PER_MINUTE = 1
    answers = [stranger.get(f"/fill/report/nobody{number}/").status_code for number in range(3)]
    assert answers == [404, 429, 429]


@pytest.mark.parametrize(
    ("written", "shown_as"),
    [
        ("GET /fill/report/a-key/ 200", "GET /fill/report/***/ 200"),
        ("/fill/report/a-key/lines/events/files/", "/fill/report/***/lines/events/files/"),
        ("/fill/a-key/venue/", "/fill/***/venue/"),
    ],
)
def test_a_log_has_stars_for_the_key(written: str, shown_as: str) -> None:
    assert hide_keys(written) == shown_as


@pytest.mark.parametrize(
    ("path", "back"),
    [("/fill/report/a-key/hand-in/", "../"), ("/fill/report/a-key/", "./"), ("/fill/report/a-key/files/7/", "../../")],
)
def test_a_page_that_fails_leads_back_to_the_first_one_of_the_link(path: str, back: str) -> None:
    assert way_back(RequestFactory().get(path))["back"]["url"] == back


def test_the_key_stands_in_no_log(stranger: Client, sent: Sent, caplog: pytest.LogCaptureFixture, at: datetime) -> None:
    SelfReportLink.objects.update(ended_at=at)
    stranger.get(page(sent))
    stranger.get(page(sent, "files", "nothing"))
    assert sent.token not in caplog.text
    assert all(sent.token not in f"{each.reason}{each.object_code}{each.changes}" for each in AuditEvent.objects.all())
