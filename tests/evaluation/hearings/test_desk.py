"""Hearings at the desk: each region its own, the list by state, new links, paper, and the reply of the city."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Hearing
from platforms.models import EvidenceFile, Platform, User
from platforms.workbench.queries.todo import todo_for
from tests import factories
from tests.evaluation import stage

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(platform: Platform, by: User, *, days: int = 5, before: int = 0) -> Sent:
    """What was told ``before`` days ago, to be answered in ``days`` days from now."""
    now = timezone.now()
    return hearings.send(
        kind="revocation", platform=platform, recipient=platform.operator_name, intended="拟撤销认定",
        reasons="向3家企业收取服务费。", answer_by=timezone.localdate(now) + days * DAY, by=by, at=now - before * DAY,
    )  # fmt: skip


@pytest.fixture
def sent(platform: Platform, city: User) -> Sent:
    return told(platform, city)


def url(hearing: Hearing, name: str = "hearing") -> str:
    return reverse(f"hearings:{name}", args=[hearing.number])


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def answered(sent: Sent) -> Hearing:
    return hearings.answer(
        hearing=sent.hearing, text="收费是代收。", name="李法人", phone="0574-87654321", token=sent.token,
        at=timezone.now(),
    )  # fmt: skip


def work(user: User) -> list[tuple[str, int]]:
    words = ("提醒运营单位陈述", "转交告知书", "复核陈述")
    return [(each.text, each.count) for each in todo_for(user) if each.text in words and each.count]


def test_each_region_lists_its_own_and_the_city_all(
    browser_of: Any, sent: Sent, yinzhou: User, cixi: User, city: User, finance: User
) -> None:
    listed = reverse("hearings:index")
    for person, found in ((yinzhou, 1), (cixi, 0), (city, 1)):
        assert len(browser_of(person).get(listed).context["rows"]) == found
        assert browser_of(person).get(url(sent.hearing)).status_code == (200 if found else 404)
    assert browser_of(finance).get(listed).status_code == 403
    assert browser_of(finance).get(url(sent.hearing)).status_code == 403


def test_the_list_says_states_with_their_days_and_narrows_by_them(
    browser_of: Any, sent: Sent, platform: Platform, city: User
) -> None:
    answered(told(platform, city))
    told(platform, city, days=-1, before=3)
    office = browser_of(city)
    listed = reverse("hearings:index")
    states = {row["cells"][0]: row["cells"][2]["label"] for row in office.get(listed).context["rows"]}
    # The list says what the page of each says.
    assert states == {each.number: office.get(url(each)).context["state"]["label"] for each in Hearing.objects.all()}
    assert sorted(states.values()) == ["待复核", "待送达，还有 5 天", "逾期未陈述"]
    wanted = ("unopened", "answered", "lapsed", "replied")
    counts = {state: len(office.get(f"{listed}?state={state}").context["rows"]) for state in wanted}
    assert counts == {"unopened": 1, "answered": 1, "lapsed": 1, "replied": 0}
    assert len(office.get(f"{listed}?kind=grade").context["rows"]) == 0
    assert len(office.get(f"{listed}?region=330212&q={sent.hearing.number}").context["rows"]) == 1
    assert len(office.get(f"{listed}?region=city").context["rows"]) == 0
    sheet = office.get(reverse("hearings:list", args=["csv"])).getvalue().decode()
    assert ("待送达" in sheet, "逾期未陈述" in sheet, sent.hearing.number in sheet) == (True, True, True)


def test_a_new_link_is_shown_once_and_ends_the_old(browser_of: Any, sent: Sent, yinzhou: User) -> None:
    office = browser_of(yinzhou)
    assert "原链接随即作废。" in shown(office.get(url(sent.hearing, "send")))
    text = shown(office.post(url(sent.hearing, "send")))
    assert ("/fill/hearing/" in text, sent.token in text, "已写入待发邮件" in text) == (True, False, True)
    assert hearings.find(sent.token) is None


@pytest.mark.parametrize("act", ["send", "paper", "files"])
def test_another_county_passes_nothing_on(browser_of: Any, sent: Sent, cixi: User, act: str) -> None:
    assert browser_of(cixi).post(url(sent.hearing, act)).status_code == 404


def test_once_nothing_is_said_any_more_no_link_is_sent(browser_of: Any, sent: Sent, yinzhou: User) -> None:
    hearings.answer(hearing=sent.hearing, waived=True, name="李法人", token=sent.token, at=timezone.now())
    for act in ("send", "paper"):
        answer = browser_of(yinzhou).get(url(sent.hearing, act))
        assert (answer.status_code, answer.url) == (302, url(sent.hearing))


def test_paper_is_written_down_with_its_day_and_its_scan(browser_of: Any, sent: Sent, yinzhou: User) -> None:
    office = browser_of(yinzhou)
    typed = {"received_on": timezone.localdate().isoformat(), "way": "answer", "text": "见书面。", "name": "李法人"}
    for change, sentence in (
        ({"text": ""}, "请填写“陈述申辩”。"),
        ({"received_on": (timezone.localdate() + DAY).isoformat()}, "收到日期不能晚于今天。"),
        ({"received_on": ""}, "请填写日期。"),
        ({"way": "waive"}, "放弃陈述的，不填写陈述申辩内容。"),
    ):
        answer = office.post(url(sent.hearing, "paper"), typed | change)
        assert (answer.status_code, sentence in shown(answer)) == (200, True), change
    done = shown(office.post(url(sent.hearing, "paper"), typed, follow=True))
    assert ("已登记书面陈述，请上传扫描件。" in done, "书面材料，" in done) == (True, True)
    office.post(url(sent.hearing, "files"), {"uploads": [factories.upload()]})
    kept = EvidenceFile.objects.get()
    assert (kept.kind, kept.key, kept.uploaded_by) == ("hearing", sent.hearing.pk, yinzhou)
    assert office.get(reverse("desk:evidence", args=[kept.pk])).getvalue() == factories.PDF


def test_the_city_replies_and_a_county_does_not(browser_of: Any, sent: Sent, yinzhou: User, city: User) -> None:
    office, county = browser_of(city), browser_of(yinzhou)
    assert office.get(url(sent.hearing, "reply")).url == url(sent.hearing)
    answered(sent)
    assert county.get(url(sent.hearing, "reply")).status_code == 403
    assert url(sent.hearing, "reply") not in shown(county.get(url(sent.hearing)))
    asked = shown(office.get(url(sent.hearing, "reply")))
    assert ("收费是代收。" in asked, "向3家企业收取服务费。" in asked) == (True, True)
    empty = office.post(url(sent.hearing, "reply"), {"text": " "})
    assert (empty.status_code, empty.context["form"].errors) == (200, {"text": ["请填写。"]})
    done = shown(office.post(url(sent.hearing, "reply"), {"text": "不予采纳。"}, follow=True))
    told = f"已复核 {sent.hearing.number} 的陈述申辩，运营单位凭链接查看。"
    assert (told in done, "不予采纳。" in done) == (True, True)
    refused = office.post(url(sent.hearing, "files"), {"uploads": [factories.upload()]})
    assert refused.status_code == 403


def test_somebody_else_who_replied_first_is_told(
    browser_of: Any, sent: Sent, city: User, city2: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(sent)
    monkeypatch.setattr("evaluation.hearings.desk.hearings.queries.state_of", lambda *_: "answered")
    hearings.reply(hearing=sent.hearing, text="不予采纳。", by=city2, at=timezone.now())
    answer = browser_of(city).post(url(sent.hearing, "reply"), {"text": "予以采纳。"})
    text = shown(answer)
    assert (answer.status_code, "已复核" in text, "予以采纳。" in text) == (409, True, True)


def test_what_waits_is_told_to_who_can_do_it(
    sent: Sent, platform: Platform, yinzhou: User, cixi: User, city: User
) -> None:
    assert (work(yinzhou), work(cixi), work(city)) == ([("转交告知书", 1)], [], [])
    soon = told(platform, city, days=3)
    hearings.open_link(hearing=soon.hearing, at=timezone.now())
    later = told(platform, city, days=4)
    hearings.open_link(hearing=later.hearing, at=timezone.now())
    assert work(yinzhou) == [("提醒运营单位陈述", 1), ("转交告知书", 1)]
    answered(later)
    assert (work(yinzhou), work(city)) == ([("提醒运营单位陈述", 1), ("转交告知书", 1)], [("复核陈述", 1)])


def test_the_city_passes_on_what_belongs_to_key_industries(city: User) -> None:
    published = stage.published_round({stage.INDUSTRY: {"A": 1}})
    told(published.results.get().platform, city)
    assert work(city) == [("转交告知书", 1)]
