"""Corrections and changes at the back office of the city and at the desk of a county."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from evaluation.amendments.queries.amendments import waiting_for
from evaluation.models import Amendment, Certification, Publication, Result
from platforms.models import EvidenceFile, User
from tests import factories
from tests.evaluation.amendments.amending import INTERNAL, WHY, change, corrected, correction, with_evidence
from tests.evaluation.stage import published_round

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 5, 10)
LAST = {"effective_on": "2021-05-10", "public_reason": WHY, "reason": INTERNAL, "password": factories.PASSWORD}


@pytest.fixture
def publication(monkeypatch: pytest.MonkeyPatch) -> Publication:
    """A round of 2020: one platform with each grade in 鄞州区; it is 1 June 2021."""
    made = published_round({"330212": {"A": 1, "B": 1, "C": 1, "D": 1}})
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    return made


@pytest.fixture
def old(publication: Publication) -> Result:
    return with_evidence(Result.objects.get(publication=publication, grade="B"))


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    client: Client = browser_of(city)
    return client


@pytest.fixture
def county(browser_of: Any, yinzhou: User) -> Client:
    client: Client = browser_of(yinzhou)
    return client


def fields_of(old: Result) -> dict[str, str]:
    """The boxes of the line as the page offers them."""
    names = ("name", "operator_name", "address", "service_phone", "opening_hours")
    return {name: getattr(old, name) for name in names} | {"operator_code": old.certification.operator_code}


def correct_url(row: Result) -> str:
    return f"/admin/evaluation/amendment/correct/{row.pk}/"


def change_url(row: Result) -> str:
    return f"/admin/evaluation/amendment/propose-change/{row.platform_id}/"


# The city corrects ---------------------------------------------------------------------------------------------------


def test_result_and_certificate_lead_to_the_forms_until_something_waits(office: Client, old: Result) -> None:
    pages = (
        f"/admin/evaluation/result/{old.pk}/change/",
        f"/admin/evaluation/certification/{old.certification.pk}/change/",
    )
    for page in pages:
        text = office.get(page).content.decode()
        assert (correct_url(old) in text, change_url(old) in text) == (True, True), page
    waits = correction(old, grade="A", grade_reason="x", on=ON, at=AT)
    for page in pages:
        text = office.get(page).content.decode()
        assert (correct_url(old) in text, f"/admin/evaluation/amendment/{waits.pk}/change/" in text) == (False, True)
    answer = office.get(correct_url(old), follow=True)
    assert f"已有待决定的更正 {waits.number}" in answer.content.decode()


def test_the_form_tells_what_stands_for_each_indicator(office: Client, old: Result) -> None:
    page = office.get(correct_url(old)).content.decode()
    for words in (
        "现为达标，不更正的不选。",
        "不更正的不填。",
        "现为B档；更正指标的，不选即按评价方案重新计算。",
        old.operator_name,
    ):
        assert words in page, words


def test_a_corrected_entry_is_proposed_with_the_grade_that_follows(office: Client, old: Result, city: User) -> None:
    sent = fields_of(old) | LAST | {"entry_gate-venue": "no"}
    answer = office.post(correct_url(old), sent, follow=True)
    row = Amendment.objects.get()
    assert (row.grade, list(row.entries), row.changes, row.proposed_by) == ("D", ["gate-venue"], {}, city)
    page = answer.content.decode()
    for words in (
        f"已提出更正 {row.number}",
        "档次：B档 改为 D档",
        "达标 改为 未达标",
        "不再予以认定",
        "待另一位人员决定",
    ):
        assert words in page, words


def test_a_counted_and_a_scored_entry_are_read_exactly(office: Client, old: Result) -> None:
    office.post(correct_url(old), fields_of(old) | LAST | {"entry_services": "0", "entry_venue": "7.25"})
    row = Amendment.objects.get()
    assert row.entries == {
        "services": {"passed": None, "verified": "0", "points": None},
        "venue": {"passed": None, "verified": None, "points": "29/4"},
    }


def test_a_wrong_password_proposes_nothing_and_loses_nothing(office: Client, old: Result) -> None:
    sent = fields_of(old) | LAST | {"name": "更正的名称", "password": "wrong"}
    answer = office.post(correct_url(old), sent)
    assert (answer.status_code, Amendment.objects.count()) == (200, 0)
    page = answer.content.decode()
    assert ("更正的名称" in page, WHY in page, "wrong" in page) == (True, True, False)


def test_what_the_service_refuses_stands_at_its_field(office: Client, old: Result) -> None:
    answer = office.post(correct_url(old), fields_of(old) | LAST | {"grade": "A"})
    assert answer.status_code == 409
    assert list(answer.context["form"].errors) == ["grade_reason"]
    answer = office.post(correct_url(old), fields_of(old) | LAST)
    assert "没有要更正的内容" in str(answer.context["form"].non_field_errors())


def test_another_officer_decides_with_the_own_password(
    office: Client, browser_of: Any, city: User, city2: User, old: Result
) -> None:
    waits = correction(old, grade="A", grade_reason="申诉成立。", on=ON, at=AT, by=city)
    move = f"/admin/evaluation/amendment/{waits.pk}/move/decide/"
    assert office.get(move).status_code == 403
    other = browser_of(city2)
    page = other.get(move).content.decode()
    for words in ("档次：B档 改为 A档", "申诉成立。", f"证书 {old.certification.number} 终止", "有效期2021年5月10日至"):
        assert words in page, words
    assert "登录密码" in other.post(move, {"password": "wrong"}).content.decode()
    assert Amendment.objects.get().status == "proposed"
    page = other.post(move, {"password": factories.PASSWORD}, follow=True).content.decode()
    assert "已批准生效 " in page
    made = Amendment.objects.get().made
    assert made is not None
    assert (f"新证书 {made.certification.number}" in page, f"/results/{made.code}/" in page) == (True, True)


def test_what_can_no_longer_be_made_is_told_before_the_decision(browser_of: Any, city2: User, old: Result) -> None:
    waits = correction(old, grade="A", grade_reason="x", on=ON, at=AT)
    from evaluation.certification.services.endings import give_up

    give_up(certification=Certification.objects.get(result=old), on=AT.date(), reason="放弃", by=city2, at=AT)
    page = browser_of(city2).get(f"/admin/evaluation/amendment/{waits.pk}/change/").content.decode()
    assert ("现在不能批准" in page, "已放弃，这一年度的认定结果不再更正或变更" in page) == (True, True)


def test_the_list_says_what_each_proposal_is_about(office: Client, old: Result) -> None:
    waits = correction(old, grade="A", grade_reason="x", changes={"address": "一号路1号"}, on=ON, at=AT)
    page = office.get("/admin/evaluation/amendment/").content.decode()
    for words in (waits.number, "档次、地址", "待决定"):
        assert words in page, words


def test_the_decider_has_it_to_do_and_the_proposer_has_not(old: Result, city: User, city2: User, yinzhou: User) -> None:
    waits = correction(old, grade="A", grade_reason="x", on=ON, at=AT, by=city)
    assert [list(waiting_for(person)) for person in (city, city2, yinzhou)] == [[], [waits], []]


# The county asks -----------------------------------------------------------------------------------------------------


def test_a_county_asks_with_proof_and_reads_how_far_it_is(county: Client, old: Result, yinzhou: User) -> None:
    page = county.get("/desk/evaluation/changes/").content.decode()
    assert (page.count("/propose-change/"), change_url(old) in page) == (3, True)
    sent = fields_of(old) | LAST | {"address": "一号路1号", "file": factories.upload("证明.pdf")}
    answer = county.post(change_url(old), sent, follow=True)
    row = Amendment.objects.get()
    assert (row.kind, row.changes, row.proposed_by) == ("change", {"address": [old.address, "一号路1号"]}, yinzhou)
    assert EvidenceFile.objects.get(kind="amendment", key=row.pk).region == yinzhou.region
    page = answer.content.decode()
    for words in ("已提出变更", "证明.pdf", INTERNAL, "待决定"):
        assert words in page, words
    listed = county.get("/desk/evaluation/changes/").content.decode()
    assert (f"{row.number} 待决定" in listed, f"/admin/evaluation/amendment/{row.pk}/change/" in listed) == (True, True)


def test_a_change_without_a_file_is_refused_at_its_box(county: Client, old: Result) -> None:
    answer = county.post(change_url(old), fields_of(old) | LAST | {"address": "一号路1号"})
    assert (answer.status_code, answer.context["form"].errors["file"]) == (409, ["请上传证明变更的材料。"])
    assert "一号路1号" in answer.content.decode()


def test_a_county_adds_a_file_while_it_waits_and_no_longer(county: Client, old: Result, yinzhou: User) -> None:
    row = change(old, {"address": "一号路1号"}, on=ON, at=AT, by=yinzhou)
    files = f"/admin/evaluation/amendment/{row.pk}/files/"
    county.post(files, {"uploads": factories.upload("补充.pdf", factories.PDF + b"\n")})
    assert EvidenceFile.objects.filter(key=row.pk).count() == 2
    county.post(f"/admin/evaluation/amendment/{row.pk}/move/withdraw/", {})
    row.refresh_from_db()
    assert row.status == "withdrawn"
    assert county.post(files, {"uploads": factories.upload("又补.pdf")}).status_code == 403


def test_a_county_does_not_reach_what_is_not_its_own(county: Client, browser_of: Any, cixi: User, old: Result) -> None:
    assert browser_of(cixi).get(change_url(old)).status_code == 404
    assert "/propose-change/" not in browser_of(cixi).get("/desk/evaluation/changes/").content.decode()
    assert county.get(correct_url(old)).status_code == 403
    waits = correction(old, grade="A", grade_reason="x", on=ON, at=AT)
    assert county.get(f"/admin/evaluation/amendment/{waits.pk}/change/").status_code == 404


def test_a_county_reads_a_decided_correction_without_the_reasons_of_the_city(county: Client, old: Result) -> None:
    made = corrected(old, grade="A", grade_reason="申诉成立。", on=ON, at=AT)
    page = county.get(f"/admin/evaluation/amendment/{made.amendment.pk}/change/").content.decode()
    assert (WHY in page, INTERNAL in page) == (True, False)


def test_the_list_of_the_desk_is_searched(county: Client, old: Result) -> None:
    page = county.get("/desk/evaluation/changes/", {"q": old.code}).content.decode()
    assert page.count("/propose-change/") == 1
    assert "没有符合条件的平台" in county.get("/desk/evaluation/changes/", {"q": "没有的"}).content.decode()


def test_a_platform_that_was_never_published_has_nothing_to_change(office: Client, publication: Publication) -> None:
    from platforms.models import Platform

    fresh = Platform.objects.get(code="330212-001")
    fresh.pk, fresh.code, fresh.town = None, "330212-099", factories.town(fresh.region)
    fresh.save(force_insert=True)
    answer = office.get(f"/admin/evaluation/amendment/propose-change/{fresh.pk}/", follow=True)
    assert "没有已公布的认定结果" in answer.content.decode()


def test_a_line_that_was_left_out_is_changed_too(office: Client, publication: Publication) -> None:
    left = Result.objects.get(publication=publication, grade="D")
    sent = {
        name: getattr(left, name) for name in ("name", "operator_name", "address", "service_phone", "opening_hours")
    }
    sent |= LAST | {"operator_code": left.platform.operator_code, "address": "一号路1号"}
    office.post(change_url(left), sent | {"file": factories.upload()})
    assert Amendment.objects.get().result == left
