"""Proofs on the pages of complaints and of facts: judged, limited, in scope, seen by who may see the case."""

from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from platforms.cases.services import complaint_cases, complaints, fee_cases, ground_sources, grounds
from platforms.files.services import evidence
from platforms.follow_ups import services as follow_ups
from platforms.models import Complaint, EvidenceFile, Ground, Platform, Round, User
from platforms.rectifications import services as rectifications
from tests import factories
from tests.platforms.supervised import platform_of, record_of

pytestmark = pytest.mark.django_db
CASES = ("complaint", "ground")


@pytest.fixture
def platform(round_2026: Round, yinzhou: User) -> Platform:
    return platform_of(yinzhou.region)


@pytest.fixture
def case(request: pytest.FixtureRequest, platform: Platform, yinzhou: User, now: datetime) -> Model:
    """A complaint that is looked into, or a fact that waits for the city."""
    if request.param == "ground":
        return grounds.note(
            platform=platform, ground="fees", text="收费", happened_on=now.date(), by=yinzhou, at=now
        )  # fmt: skip
    return complaints.file_complaint(
        platform=platform, text="收费", enterprise="甲公司", contact_name="周某", contact_phone="13800138000",
        sender_hash="a" * 64, at=now,
    )[0]  # fmt: skip


def page(case: Model, name: str) -> str:
    return reverse(f"admin:platforms_{case._meta.model_name}_{name}", args=(case.pk,))


def send(client: Client, case: Model, name: str = "收据.pdf", content: bytes = factories.PDF) -> Any:
    return client.post(page(case, "files"), {"uploads": factories.upload(name, content), "note": "收款记录"})


@pytest.mark.parametrize("case", CASES, indirect=True)
def test_the_county_and_the_city_hang_proofs_on_a_case(
    case: Model, yinzhou: User, cixi: User, city: User, finance: User, browser_of: Any
) -> None:
    assert send(browser_of(yinzhou), case).status_code == 302
    assert send(browser_of(city), case, "现场.png", factories.PNG).status_code == 302
    rows = EvidenceFile.objects.order_by("pk")
    assert [(row.kind, row.key, row.note, row.uploaded_by) for row in rows] == [
        (case._meta.model_name, case.pk, "收款记录", yinzhou),
        (case._meta.model_name, case.pk, "收款记录", city),
    ]
    assert {row.region for row in rows} == {yinzhou.region}
    shown = browser_of(city).get(page(case, "change")).content.decode()
    for row in rows:
        assert row.shown_name in shown
    answers = {}
    for person in (yinzhou, cixi, city, finance):
        client = browser_of(person)
        files = [client.get(reverse("desk:evidence", args=[row.pk])) for row in rows]
        for answer in files:
            if answer.streaming:
                b"".join(answer)
        answers[person.username] = (send(client, case, content=b"%PDF-1.4 x").status_code, *(
            answer.status_code for answer in files
        ))  # fmt: skip
    assert answers == {
        "yinzhou": (409, 200, 200), "cixi": (404, 404, 404), "city": (409, 200, 200), "finance": (403, 403, 403)
    }  # fmt: skip
    assert EvidenceFile.objects.count() == 2


@pytest.mark.trust("T21")
@pytest.mark.trust("T23")
@pytest.mark.parametrize("case", CASES, indirect=True)
def test_what_is_no_proof_is_said_on_the_page_and_nothing_is_kept(
    case: Model, yinzhou: User, browser_of: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser_of(yinzhou)
    wrong = {
        ("空.pdf", b""): "文件“空.pdf”是空的，请检查后重新上传。",
        ("网页.pdf", b"<html>"): "文件“网页.pdf”的内容不是 pdf 格式，或已损坏，请检查后重新上传。",
        ("程序.exe", b"MZ"): "仅支持",
    }
    for (name, content), sentence in wrong.items():
        answer = send(client, case, name, content)
        assert (answer.status_code, sentence in answer.content.decode()) == (409, True), name
    settings.FILE_UPLOAD_MAX_BYTES = len(factories.PDF)
    assert send(client, case, content=factories.PDF + b"\n").status_code == 409
    none = client.post(page(case, "files"), {"note": "没有文件"})
    assert (none.status_code, "请选择要上传的文件。" in none.content.decode()) == (422, True)
    assert EvidenceFile.objects.count() == 0
    # Exactly as large as allowed, and once.
    assert send(client, case).status_code == 302
    assert "已经上传过，不必重复上传。" in send(client, case).content.decode()
    settings.FILE_UPLOAD_MAX_BYTES = len(factories.PNG)
    monkeypatch.setattr(evidence, "MOST_FILES", 1)
    assert "每项最多上传 1 个佐证材料" in send(client, case, "现场.png", factories.PNG).content.decode()
    assert client.get(page(case, "files")).status_code == 405
    assert EvidenceFile.objects.count() == 1


def test_nothing_is_added_to_a_fact_that_was_decided(
    platform: Platform, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    fact = grounds.note(platform=platform, ground="fees", text="收费", happened_on=now.date(), by=yinzhou, at=now)
    assert page(fact, "files") in browser_of(city).get(page(fact, "change")).content.decode()
    grounds.confirm(ground=fact, reason="属实", by=city, at=now)
    for person in (yinzhou, city):
        client = browser_of(person)
        assert send(client, fact).status_code == 403
        assert page(fact, "files") not in client.get(page(fact, "change")).content.decode()
    grounds.reopen(ground=fact, reason="再议", by=city, at=now)
    assert send(browser_of(yinzhou), fact).status_code == 302
    assert Ground.objects.get().status == "proposed"


def test_nothing_is_added_to_a_complaint_that_was_decided(
    platform: Platform, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    row, _ = complaints.file_complaint(
        platform=platform, text="收费", enterprise="甲公司", contact_name="周某", contact_phone="13800138000",
        sender_hash="a" * 64, at=now,
    )  # fmt: skip
    factories.decided(row, by=yinzhou, city=city, at=now)
    assert send(browser_of(yinzhou), row).status_code == 403
    assert Complaint.objects.get().status == "verified"


def test_the_look_at_the_sources_says_how_many_are_new(city: User, platform: Platform, browser_of: Any) -> None:
    client = browser_of(city)
    address = reverse("admin:platforms_ground_propose")
    told = client.get(address).content.decode()
    assert f"在 {settings.GROUND_REFUSAL_DAYS} 天内拒绝满 {settings.GROUND_REFUSALS} 次" in told
    answer = client.post(address, follow=True).content.decode()
    assert "没有新的事实，已登记的不重复提出。" in answer


def text_of(client: Client, case: Model) -> str:
    return str(client.get(page(case, "change")).content.decode())


def test_who_decides_reads_what_was_found_and_an_empty_row_is_not_shown(
    platform: Platform, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    row, _ = complaints.file_complaint(
        platform=platform, text="收了三百元", enterprise="甲公司", contact_name="周某", contact_phone="13800138000",
        sender_hash="a" * 64, at=now,
    )  # fmt: skip
    client = browser_of(city)
    assert "核查情况" not in text_of(client, row)
    complaint_cases.examine(complaint=row, finding="supported", text="查看了账目", by=yinzhou, at=now)
    shown = text_of(client, row)
    assert ("查看了账目" in shown, "认定理由" in shown) == (True, False)
    asked = client.get(reverse("admin:platforms_complaint_move", args=(row.pk, "verify"))).content.decode()
    for part in ("收了三百元", "投诉属实", "查看了账目"):
        assert part in asked
    for private in ("甲公司", "周某", "13800138000"):
        assert private not in asked


def test_a_fact_leads_to_where_it_comes_from_and_to_what_comes_next(
    platform: Platform, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    record = record_of(platform, 1, fee=300)
    record_of(platform, 2)
    fee_cases.explain(record=record, text="场地费", by=yinzhou, at=now)
    fee_cases.decide(record=record, passed=True, text="属实。", by=city, at=now)
    rule = follow_ups.Rule(from_on=date(2026, 4, 1), until_on=date(2026, 4, 10), size=1, platform=platform)
    sample = follow_ups.draw_sample(rule=rule, by=city, at=now)
    follow_ups.note_call(call=sample.calls.get(), result="not_confirmed", version=1, by=city, at=now)
    order = rectifications.open_one(
        platform=platform,
        finder="city",
        clause="conditions.rules",
        problem="未公开",
        due_on=now.date(),
        by=city,
        at=now,
    )
    ground_sources.propose_all(on=date(2026, 9, 1), at=now)
    notice = factories.notice().pk
    refused = grounds.Fact(platform, notice, "refuses_activities", "activity", "refusals:1", "拒绝", now.date())
    grounds.propose(refused, at=now)
    addresses = {
        "fee": f"/desk/services/{record.pk}/",
        "follow_up": f"/desk/follow-ups/{sample.number}/?state=differs",
        "rectification": f"/desk/rectifications/{order.number}/",
        "activity": f"/desk/activities/?platform={platform.code}",
    }
    facts = {fact.source: fact for fact in Ground.objects.all()}
    own = browser_of(yinzhou)
    for source, address in addresses.items():
        assert f'href="{address}"' in text_of(browser_of(city), facts[source]), source
        # The sample is the city's: its county reads the fact, and no link that would lead nowhere.
        assert (f'href="{address}"' in text_of(own, facts[source])) == (source != "follow_up"), source
        assert own.get(address).status_code == (404 if source == "follow_up" else 200)
    by_hand = grounds.note(platform=platform, ground="other", text="查实", happened_on=now.date(), by=city, at=now)
    assert "查看来源" not in text_of(own, by_hand)
    grounds.confirm(ground=by_hand, reason="属实", by=city, at=now)
    following = f"{reverse('admin:evaluation_revocationproposal_propose', args=(platform.pk,))}?fact={by_hand.pk}"
    assert following in text_of(browser_of(city), by_hand)
    assert following not in text_of(own, by_hand)
