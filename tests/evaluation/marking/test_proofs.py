"""Files and links beside an indicator: who adds and removes them, when, and what the log and the database keep."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from evaluation.marking.services import proofs
from evaluation.models import Assessment, Proof, Score, Sheet
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, EvidenceFile, User
from tests import factories
from tests.evaluation.marking.filling import AT, assigned, county_sheet, fill, judged

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
LINK = "https://example.cn/a"


@pytest.fixture
def assessment(city: User) -> Assessment:
    return judged(city)[0]


@pytest.fixture
def score(assessment: Assessment) -> Score:
    return assessment.scores.get(indicator__code="venue")


@pytest.fixture
def sheet(assessment: Assessment) -> Sheet:
    return county_sheet(assessment)


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("现场.png", factories.PNG, content_type="image/png")


def test_a_file_of_a_county_is_kept_for_its_region_and_logged(score: Score, sheet: Sheet, yinzhou: User) -> None:
    proof = proofs.add_file(score=score, sheet=sheet, upload=picture(), note="门头", by=yinzhou, at=AT)
    assert proof.file is not None
    assert (proof.file.kind, proof.file.region) == ("mark", yinzhou.region)
    event = AuditEvent.objects.get(verb="添加评分佐证")
    assert (event.changes, event.object_code) == ({"场地设施": [None, "现场.png"]}, score.assessment.application.number)


def test_the_same_file_on_two_sheets_is_no_business_of_the_other_one(
    assessment: Assessment, score: Score, city: User
) -> None:
    judges = [factories.person(name, "assessor") for name in ("first", "second")]
    for judge in judges:
        proofs.add_file(score=score, sheet=assigned(assessment, judge), upload=picture(), by=judge, at=AT)
    proofs.add_file(score=score, sheet=None, upload=picture(), by=city, at=AT)
    assert sorted(EvidenceFile.objects.values_list("kind", flat=True)) == ["mark", "mark", "score"]
    assert set(EvidenceFile.objects.values_list("region", flat=True)) == {None}


def test_a_link_of_the_city_stands_beside_the_scores_that_count(score: Score, city: User) -> None:
    proof = proofs.add_link(score=score, sheet=None, link=f" {LINK} ", note=" 门头 ", by=city, at=AT)
    assert (proof.link, proof.note, proof.sheet, proof.added_by, proof.added_at) == (LINK, "门头", None, city, AT)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("", "请填写“链接”"),
        ("http://example.cn/", "链接须以 https:// 开头"),
        ("javascript:alert(1)", "链接须以 https:// 开头"),
        ("example.cn", "链接须以 https:// 开头"),
        ("https://user@example.cn/", "链接中不能带账号"),
        ("https://example.cn/" + "a" * 500, "链接"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused(score: Score, city: User, link: str, told: str) -> None:
    with pytest.raises(Refusal, match=told):
        proofs.add_link(score=score, sheet=None, link=link, by=city, at=AT)


def test_a_link_is_added_once_and_twenty_are_enough(score: Score, city: User) -> None:
    for number in range(proofs.MOST_LINKS):
        proofs.add_link(score=score, sheet=None, link=f"{LINK}{number}", by=city, at=AT)
    with pytest.raises(Refusal, match="该链接已经添加过"):
        proofs.add_link(score=score, sheet=None, link=f"{LINK}0", by=city, at=AT)
    with pytest.raises(Refusal, match="每项最多添加 20 个链接"):
        proofs.add_link(score=score, sheet=None, link=LINK, by=city, at=AT)


def test_only_whom_a_sheet_is_for_adds_to_it(score: Score, sheet: Sheet, cixi: User, city: User, yinzhou: User) -> None:
    for other in (cixi, city):
        with pytest.raises(Refusal, match="这份评分表不是分派给您的"):
            proofs.add_link(score=score, sheet=sheet, link=LINK, by=other, at=AT)
    with pytest.raises(Refusal):
        proofs.add_link(score=score, sheet=None, link=LINK, by=yinzhou, at=AT)
    assert Proof.objects.count() == 0


def test_a_row_that_a_sheet_does_not_hold_takes_no_file(score: Score, sheet: Sheet, yinzhou: User) -> None:
    sheet.marks.filter(indicator=score.indicator).delete()
    with pytest.raises(Refusal, match="这份评分表没有该项指标"):
        proofs.add_file(score=score, sheet=sheet, upload=picture(), by=yinzhou, at=AT)


def test_who_added_it_takes_it_away_and_the_log_says_so(score: Score, sheet: Sheet, yinzhou: User) -> None:
    proof = proofs.add_link(score=score, sheet=sheet, link=LINK, by=yinzhou, at=AT)
    colleague = factories.officer("colleague", yinzhou.region)
    with pytest.raises(Refusal, match="佐证由他人添加，不能移除"):
        proofs.remove(proof=proof, by=colleague, at=AT)
    proofs.remove(proof=proof, by=yinzhou, at=AT)
    assert Proof.objects.count() == 0
    assert AuditEvent.objects.get(verb="移除评分佐证").changes == {"场地设施": [LINK, None]}
    with pytest.raises(Gone, match="该佐证已移除"):
        proofs.remove(proof=proof, by=yinzhou, at=AT)


def test_a_sheet_that_is_handed_in_keeps_what_it_has(score: Score, sheet: Sheet, yinzhou: User) -> None:
    proof = proofs.add_link(score=score, sheet=sheet, link=LINK, by=yinzhou, at=AT)
    fill(sheet, yinzhou)
    with pytest.raises(Gone, match="评分表已提交"):
        proofs.remove(proof=proof, by=yinzhou, at=AT)
    with pytest.raises(Gone, match="评分表已提交"):
        proofs.add_link(score=score, sheet=sheet, link=f"{LINK}b", by=yinzhou, at=AT)


def test_scores_that_are_complete_keep_what_they_have(score: Score, city: User) -> None:
    proof = proofs.add_link(score=score, sheet=None, link=LINK, by=city, at=AT)
    Assessment.objects.filter(pk=score.assessment_id).update(status="scored")
    with pytest.raises(Gone, match="评分已完成或已核定"):
        proofs.remove(proof=proof, by=city, at=AT)


def copy_of(proof: Proof) -> Any:
    return Proof(score=proof.score, sheet=proof.sheet, link=f"{LINK}b", added_at=AT, added_by=proof.added_by)


@pytest.mark.parametrize("own", ["sheet", "city"])
def test_the_database_refuses_every_change_of_what_is_closed(
    score: Score, sheet: Sheet, city: User, yinzhou: User, own: str
) -> None:
    mine, by = (sheet, yinzhou) if own == "sheet" else (None, city)
    proof = proofs.add_link(score=score, sheet=mine, link=LINK, by=by, at=AT)
    rows = Proof.objects.filter(pk=proof.pk)
    with pytest.raises(IntegrityError, match="佐证不得修改"), transaction.atomic():
        rows.update(note="改")
    if own == "sheet":
        Sheet.objects.filter(pk=sheet.pk).update(status="handed_in", handed_in_at=AT, handed_in_by=yinzhou)
    else:
        Assessment.objects.filter(pk=score.assessment_id).update(status="scored")
    with pytest.raises(IntegrityError, match="须先退回"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="须先退回"), transaction.atomic():
        copy_of(proof).save(force_insert=True)


@pytest.mark.parametrize("wrong", ["both", "neither"])
def test_the_database_holds_a_file_or_a_link_and_never_both(score: Score, city: User, wrong: str) -> None:
    proof = proofs.add_file(score=score, sheet=None, upload=picture(), by=city, at=AT)
    Proof.objects.all().delete()
    made = Proof(score=score, file=proof.file, link=LINK, added_at=AT, added_by=city)
    if wrong == "neither":
        made.file, made.link = None, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)
