"""A published result is corrected or changed: one proposes, another decides, a new version counts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from evaluation.amendments.services import deciding, proposing
from evaluation.certification.choices import DocumentKind, Validity
from evaluation.certification.evidence import differences, from_data
from evaluation.certification.queries.certifications import kept_despite_d
from evaluation.certification.queries.in_force import in_force, state_of
from evaluation.certification.services import endings
from evaluation.models import Amendment, Certification, Document, FrozenEvidence, Publication, Result
from evaluation.schemes.grading import Entry
from platforms.applications.services.bans import ban
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, EvidenceFile, Mail, Platform, Standing, User
from tests import factories
from tests.evaluation.amendments.amending import (
    change,
    changed,
    corrected,
    correction,
    decided,
    with_evidence,
)
from tests.evaluation.stage import published_round
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 5, 10)
OTHER = {"operator_name": "新的企业服务中心", "operator_code": factories.credit_code(501)}


@pytest.fixture
def publication() -> Publication:
    """A round of 2020 in 鄞州区: one platform with each grade, valid from 28 September."""
    return once(published_round, {"330212": {"A": 1, "B": 1, "C": 1, "D": 1}})


def result(publication: Publication, grade: str) -> Result:
    found: Result = Result.objects.get(publication=publication, grade=grade)
    return found


def verbs(row: Any) -> list[str]:
    return list(
        AuditEvent.objects.filter(object_pk=str(row.pk), object_type=row._meta.verbose_name)
        .order_by("pk")
        .values_list("verb", flat=True)
    )


# From certified to certified -----------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_a_corrected_grade_is_a_new_version_beside_the_old_one(publication: Publication) -> None:
    old = result(publication, "B")
    made = corrected(old, grade="A", grade_reason="申诉成立。", on=ON, at=AT)
    assert (made.version, made.corrects, made.grade, made.name) == (2, old, "A", old.name)
    old.refresh_from_db()
    assert old.grade == "B"
    assert list(Result.objects.current().filter(platform=old.platform)) == [made]


def test_the_certificate_ends_corrected_with_one_of_a_new_number_to_the_same_last_day(publication: Publication) -> None:
    old = result(publication, "B")
    before = old.certification
    made = corrected(old, grade="A", grade_reason="申诉成立。", on=ON, at=AT)
    after = made.certification
    assert after.number != before.number
    assert (after.valid_from, after.valid_until) == (ON, before.valid_until)
    assert after.operator_code == before.operator_code
    end = Certification.objects.get(pk=before.pk).end
    assert (end.cause, end.ended_on, end.successor) == ("corrected", ON, after)
    assert state_of(Certification.objects.get(pk=before.pk), ON) == Validity.CORRECTED
    held = Standing.objects.filter(platform=old.platform, ended_on__isnull=True)
    assert [(row.certificate, row.starts_on) for row in held] == [(after.number, ON)]
    assert Standing.objects.get(certificate=before.number).ended_why == "corrected"


@pytest.mark.parametrize(("on", "taken"), [(date(2020, 9, 27), False), (date(2020, 9, 28), True)])
def test_a_correction_holds_from_the_first_day_of_the_certificate_at_the_earliest(
    publication: Publication, on: date, taken: bool
) -> None:
    old = result(publication, "B")
    if taken:
        assert corrected(old, grade="A", grade_reason="x", on=on, at=AT).certification.valid_from == on
        return
    with pytest.raises(Refusal, match="生效日期须在2020年9月28日至今天之间"):
        correction(old, grade="A", grade_reason="x", on=on, at=AT)


def test_a_correction_holds_no_later_than_today(publication: Publication) -> None:
    with pytest.raises(Refusal, match="至今天之间"):
        correction(result(publication, "B"), grade="A", grade_reason="x", on=date(2021, 6, 2), at=AT)
    assert correction(result(publication, "B"), grade="A", grade_reason="x", on=date(2021, 6, 1), at=AT).pk


# Out of and into certification ---------------------------------------------------------------------------------------


@pytest.mark.clause("N21")
def test_a_certificate_that_was_wrong_ends_without_another_and_without_a_ban(publication: Publication) -> None:
    old = result(publication, "C")
    made = corrected(old, entries={"gate-venue": Entry(passed=False)}, on=ON, at=AT)
    assert (made.grade, hasattr(made, "certification")) == ("D", False)
    end = Certification.objects.get(result=old).end
    assert (end.cause, end.ended_on, end.successor) == ("corrected", ON, None)
    standing = Standing.objects.get(platform=old.platform)
    assert (standing.ended_on, standing.ended_why) == (ON, "corrected")
    assert not in_force(ON).filter(result__platform=old.platform).exists()
    assert "更正认定" in verbs(old.certification)


def test_a_platform_that_was_left_out_is_certified_until_the_day_of_the_others(publication: Publication) -> None:
    old, other = result(publication, "D"), result(publication, "A")
    made = corrected(old, grade="C", grade_reason="漏计服务。", on=ON, at=AT)
    assert (made.certification.valid_from, made.certification.valid_until) == (ON, other.certification.valid_until)
    assert Standing.objects.get(platform=old.platform).certificate == made.certification.number


def test_it_takes_the_place_of_an_older_certificate_that_is_replaced_and_not_corrected() -> None:
    published_round({"330212": {"A": 1}}, year=2019)
    second = published_round({"330212": {"D": 1}}, year=2020)
    old = Result.objects.get(publication=second)
    held = Certification.objects.get(result__platform=old.platform)
    made = corrected(old, grade="C", grade_reason="漏计服务。", on=ON, at=AT)
    end = Certification.objects.get(pk=held.pk).end
    assert (end.cause, end.successor) == ("replaced", made.certification)


@pytest.mark.parametrize(("on", "taken"), [(date(2023, 9, 26), True), (date(2023, 9, 27), False)])
def test_nobody_is_certified_for_no_day(publication: Publication, on: date, taken: bool) -> None:
    at = datetime(2023, 9, 27, 2, tzinfo=UTC)
    if taken:
        assert correction(result(publication, "D"), grade="C", grade_reason="x", on=on, at=at).pk
        return
    with pytest.raises(Refusal, match="有效期至2023年9月27日"):
        correction(result(publication, "D"), grade="C", grade_reason="x", on=on, at=at)


def test_what_ended_otherwise_is_not_corrected_any_more(publication: Publication) -> None:
    old = result(publication, "B")
    late = datetime(2023, 9, 28, 2, tzinfo=UTC)
    with pytest.raises(Refusal, match="已到期，这一年度的认定结果不再更正或变更"):
        correction(old, grade="A", grade_reason="x", on=date(2023, 9, 27), at=late)


def test_a_certificate_that_takes_over_later_stands_in_the_way() -> None:
    first = published_round({"330212": {"A": 1}}, year=2020)
    published_round({"330212": {"A": 1}}, year=2021)
    old = Result.objects.get(publication=first)
    with pytest.raises(Refusal, match="请对该证书办理"):
        correction(old, grade="B", grade_reason="x", on=ON, at=AT)


# Grades and the scheme -----------------------------------------------------------------------------------------------


def test_corrected_entries_give_the_grade_that_the_scheme_gives(publication: Publication) -> None:
    old = with_evidence(result(publication, "B"))
    full = {line.indicator.code: line.indicator for line in from_data(old.evidence.data).lines}
    entries = {
        code: Entry(verified=full[code].target or full[code].tiers[-1][0]) for code in ("enterprises", "services")
    }
    made = corrected(old, entries=entries, on=ON, at=AT)
    now = from_data(made.evidence.data)
    assert (made.grade, now.grade, now.proposed_grade, now.points) == ("A", "A", "A", 100)
    assert differences(now) == ()
    assert {line.reason for line in now.lines if line.indicator.code in entries} == {"公布的档次有误。"}
    assert from_data(FrozenEvidence.objects.get(result=old).data).grade == "B"


def test_a_grade_that_the_scheme_does_not_give_says_why(publication: Publication) -> None:
    old = result(publication, "B")
    with pytest.raises(Refusal, match="按评价方案重新计算为B档，与所选档次不一致，请填写档次说明") as refused:
        correction(old, grade="A", on=ON, at=AT)
    assert refused.value.field == "grade_reason"
    made = corrected(old, grade="A", grade_reason="申诉成立。", on=ON, at=AT)
    assert from_data(made.evidence.data).grade_reason == "申诉成立。"
    assert differences(from_data(made.evidence.data)) == ()


def test_a_failed_gate_leaves_no_grade_but_the_last(publication: Publication) -> None:
    with pytest.raises(Refusal, match="只能评为D档"):
        correction(
            result(publication, "B"),
            entries={"gate-venue": Entry(passed=False)},
            grade="C",
            grade_reason="x",
            on=ON,
            at=AT,
        )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "没有要更正的内容"),
        ({"grade": "B"}, "没有要更正的内容"),
        ({"grade": "S", "grade_reason": "x"}, "请选择通知所列的档次"),
        ({"entries": {"nothing": Entry(passed=True)}}, "评价方案中没有这项指标"),
        ({"entries": {"services": Entry(verified=-1)}}, "的数值不能为负"),
        ({"entries": {"gate-venue": Entry()}}, "是否达标"),
        ({"changes": {"name": ""}}, "请填写“平台名称”"),
        ({"changes": {"operator_code": "91330212MA00000000"}}, "校验位不符"),
        ({"changes": {"service_phone": "12"}}, "不是有效的电话号码"),
        ({"changes": {"address": "一\n二"}}, "只填写一行"),
        ({"grade": "A", "grade_reason": "x", "public_reason": " "}, "请填写“公开说明”"),
        ({"grade": "A", "grade_reason": "x", "reason": " "}, "请填写“理由”"),
    ],
)
def test_what_cannot_be_corrected_is_refused_in_a_sentence(
    publication: Publication, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        correction(result(publication, "B"), on=ON, at=AT, **values)
    assert not Amendment.objects.exists()


def test_without_evidence_a_grade_needs_a_reason_and_no_entry_is_corrected(
    publication: Publication, city: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = result(publication, "B")
    monkeypatch.setattr(proposing, "evidence_of", lambda _result: None)
    given = {"public_reason": "有误。", "reason": "核对。", "effective_on": ON, "by": city, "at": AT}
    with pytest.raises(Refusal, match="历史数据没有逐项评价依据"):
        proposing.propose_correction(result=old, entries={"gate-venue": Entry(passed=True)}, **given)
    with pytest.raises(Refusal, match="没有评价依据可以重新计算"):
        proposing.propose_correction(result=old, grade="A", **given)
    assert proposing.propose_correction(result=old, grade="A", grade_reason="原文如此。", **given).grade == "A"


# Changes -------------------------------------------------------------------------------------------------------------


def test_a_county_asks_for_a_new_operator_and_the_city_decides(publication: Publication, yinzhou: User) -> None:
    old = result(publication, "B")
    made = changed(old, OTHER | {"name": "新的窗口平台"}, on=ON, at=AT, by=yinzhou)
    assert (made.name, made.operator_name, made.grade) == ("新的窗口平台", OTHER["operator_name"], "B")
    assert made.pinyin.startswith("xdckpt")
    assert made.certification.operator_code == OTHER["operator_code"]
    end = Certification.objects.get(result=old).end
    assert (end.cause, end.successor) == ("replaced", made.certification)
    platform = Platform.objects.get(pk=old.platform_id)
    assert (platform.name, platform.operator_name, platform.operator_code) == ("新的窗口平台", *OTHER.values())
    assert "变更窗口平台" in verbs(platform)
    assert EvidenceFile.objects.get().kind == "amendment"


def test_a_change_without_proof_or_of_another_county_is_refused(
    publication: Publication, yinzhou: User, cixi: User, finance: User
) -> None:
    old = result(publication, "B")
    with pytest.raises(Refusal, match="请上传证明变更的材料") as refused:
        change(old, OTHER, on=ON, at=AT, by=yinzhou, uploads=[])
    assert refused.value.field == "file"
    for person in (cixi, finance):
        with pytest.raises(Refusal, match="您没有提出变更的权限"):
            change(old, OTHER, on=ON, at=AT, by=person)
    with pytest.raises(Refusal, match="没有要变更的内容"):
        change(old, {"address": old.address}, on=ON, at=AT, by=yinzhou)
    with pytest.raises(Refusal, match="您没有提出更正的权限"):
        correction(old, grade="A", on=ON, at=AT, by=yinzhou)
    assert (Amendment.objects.count(), EvidenceFile.objects.count()) == (0, 0)


@pytest.mark.clause("N35")
def test_an_operator_under_a_ban_takes_nothing_over(publication: Publication, city: User) -> None:
    old, waits = result(publication, "B"), change(result(publication, "C"), OTHER, on=ON, at=AT)
    ban(
        operator_code=OTHER["operator_code"], site_key="", site_label="", starts_on=date(2021, 6, 1), years=3,
        reason="撤销", by=city, at=AT,
    )  # fmt: skip
    with pytest.raises(Refusal, match="新运营单位不能受托运营") as refused:
        change(old, OTHER, on=ON, at=AT)
    assert refused.value.field == "operator_code"
    with pytest.raises(Refusal, match="新运营单位不能受托运营"):
        decided(waits, at=AT)
    earlier = datetime(2021, 5, 31, 2, tzinfo=UTC)
    assert change(old, OTHER, on=ON, at=earlier).pk


def test_a_name_that_another_platform_bears_is_refused(publication: Publication) -> None:
    taken = result(publication, "A").name
    with pytest.raises(Refusal, match="已由平台 330212-001 使用"):
        change(result(publication, "B"), {"name": taken}, on=ON, at=AT)


def test_a_correction_leaves_the_register_where_it_has_moved_on(publication: Publication) -> None:
    old = result(publication, "B")
    Platform.objects.filter(pk=old.platform_id).update(name="后来的名称")
    corrected(old, changes={"name": "更正的名称", "operator_name": "更正的单位"}, on=ON, at=AT)
    platform = Platform.objects.get(pk=old.platform_id)
    assert (platform.name, platform.operator_name) == ("后来的名称", "更正的单位")


def test_a_second_change_follows_the_first_in_the_chain(publication: Publication) -> None:
    old = result(publication, "B")
    second = changed(old, {"address": "一号路1号"}, on=ON, at=AT)
    third = changed(second, {"address": "二号路2号"}, on=ON, at=AT)
    assert (third.version, third.corrects, third.address) == (3, second, "二号路2号")
    assert [row.number for row in in_force(AT.date()).filter(result__platform=old.platform)] == [
        third.certification.number
    ]
    with pytest.raises(Gone, match="请打开最新一版"):
        change(second, {"address": "三号路"}, on=ON, at=AT)


# What was taken over -------------------------------------------------------------------------------------------------


@pytest.fixture
def taken_over(publication: Publication, city: User) -> Result:
    """A line of 2019 from before this system: no assessment, no evidence, no documents, a number of its own."""
    known = result(publication, "D")
    before = Publication.objects.create(
        round=factories.round_of(2019, "published"), taken_over=True, decided_on=date(2019, 9, 28), published_at=AT,
        published_by=city,
    )  # fmt: skip
    line = Result.objects.create(
        publication=before, platform=known.platform, code=known.code, name=known.name, type=known.type,
        region=known.region, site_name=known.site_name, operator_name=known.operator_name, grade="B",
    )  # fmt: skip
    held = Certification.objects.create(
        result=line, number="旧证第1号", valid_from=date(2019, 9, 28), valid_until=date(2022, 9, 27)
    )
    endings.begin(issued=[held], by=city, at=AT)
    return line


def test_what_was_taken_over_is_corrected_by_a_reason_alone(taken_over: Result, city: User) -> None:
    given = {"public_reason": "录入有误。", "reason": "核对原文。", "effective_on": ON, "by": city, "at": AT}
    with pytest.raises(Refusal, match="没有评价依据可以重新计算"):
        proposing.propose_correction(result=taken_over, grade="A", **given)
    waits = proposing.propose_correction(result=taken_over, grade="A", grade_reason="原文为A档。", **given)
    made = decided(waits, at=AT)
    assert (made.grade, made.assessment, hasattr(made, "evidence")) == ("A", None, False)
    assert (made.certification.valid_until, made.certification.operator_code) == (
        date(2022, 9, 27), taken_over.platform.operator_code,
    )  # fmt: skip
    assert list(Document.objects.filter(result=made).values_list("kind", flat=True)) == [DocumentKind.CERTIFICATE]
    assert not Document.objects.filter(publication=made.publication, kind=DocumentKind.LETTER).exists()
    assert "结果通知书：（无）" in Mail.objects.get(kind="amended").body


def test_what_a_correction_certifies_is_not_kept_despite_a_d(publication: Publication) -> None:
    corrected(result(publication, "D"), grade="C", grade_reason="漏计服务。", on=ON, at=AT)
    assert not kept_despite_d(publication.round, on=AT.date()).exists()


# Documents, mail, audit ----------------------------------------------------------------------------------------------


def test_certificate_report_and_letter_are_issued_anew(publication: Publication) -> None:
    old = result(publication, "B")
    made = corrected(old, grade="A", grade_reason="申诉成立。", on=ON, at=AT)
    certificate = Document.objects.get(kind=DocumentKind.CERTIFICATE, result=made)
    report = Document.objects.get(kind=DocumentKind.REPORT, result=made)
    letter = Document.objects.get(kind=DocumentKind.LETTER, replaced_by=None)
    assert (certificate.number, certificate.certification) == (made.certification.number, made.certification)
    assert (letter.region, letter.issued_at) == (made.region, AT)
    again = corrected(made, grade="B", grade_reason="申诉又不成立。", on=ON, at=AT)
    assert Document.objects.get(kind=DocumentKind.CERTIFICATE, result=again).replaces == certificate
    assert Document.objects.get(kind=DocumentKind.REPORT, result=again).replaces == report
    assert Document.objects.get(kind=DocumentKind.LETTER, replaced_by=None).replaces == letter


def test_the_county_gets_one_mail_that_says_what_changed(publication: Publication) -> None:
    made = corrected(
        result(publication, "C"), grade="A", grade_reason="申诉成立。", changes={"address": "一号路1号"}, on=ON, at=AT
    )
    mail = Mail.objects.get(kind="amended")
    assert (mail.occasion, mail.region) == (f"amended:{made.amendment.number}", made.region)
    for part in (
        "档次：C档 改为 A档",
        "地址：",
        "改为 一号路1号",
        "公布的档次有误。",
        made.certification.number,
        "TZ",
    ):
        assert part in mail.body
    assert "复核发现录入差错" not in mail.body


def test_a_long_list_in_the_mail_is_cut_with_its_rest_counted(publication: Publication) -> None:
    long = {name: "很" * most for name, most in (("name", 80), ("operator_name", 80), ("address", 120))}
    old = result(publication, "B")
    step = changed(old, long, on=ON, at=AT)
    changed(step, {name: "长" * len(text) for name, text in long.items()}, on=ON, at=AT)
    assert Mail.objects.filter(kind="amended").count() == 2


def test_each_verb_is_in_the_log(publication: Publication, city: User, city2: User, yinzhou: User) -> None:
    waits = correction(result(publication, "B"), grade="A", grade_reason="x", on=ON, at=AT, by=city)
    deciding.decline(amendment=waits, reason="不属实", by=city2, at=AT)
    assert verbs(waits) == ["提出更正", "不予办理更正"]
    asked = change(result(publication, "B"), OTHER, on=ON, at=AT, by=yinzhou)
    deciding.withdraw(amendment=asked, by=yinzhou, at=AT)
    assert verbs(asked) == ["提出变更", "撤回变更"]
    done = change(result(publication, "B"), OTHER, on=ON, at=AT, by=yinzhou)
    decided(done, at=AT)
    assert verbs(done) == ["提出变更", "批准变更"]


# Two people ----------------------------------------------------------------------------------------------------------


def test_who_proposed_does_not_decide_and_only_takes_back(publication: Publication, city: User, city2: User) -> None:
    waits = correction(result(publication, "B"), grade="A", grade_reason="x", on=ON, at=AT, by=city)
    for act in (
        lambda: deciding.decide(amendment=waits, by=city, at=AT),
        lambda: deciding.decline(amendment=waits, reason="x", by=city, at=AT),
    ):
        with pytest.raises(Refusal, match="决定人不能是提出人本人"):
            act()
    with pytest.raises(Refusal, match="只有提出人可以撤回"):
        deciding.withdraw(amendment=waits, by=city2, at=AT)
    deciding.withdraw(amendment=waits, by=city, at=AT)
    with pytest.raises(Gone, match="现为“已撤回”"):
        deciding.decide(amendment=waits, by=city2, at=AT)


def test_a_county_decides_nothing(publication: Publication, yinzhou: User) -> None:
    waits = change(result(publication, "B"), OTHER, on=ON, at=AT)
    with pytest.raises(Refusal, match="您没有“批准生效”的权限"):
        deciding.decide(amendment=waits, by=yinzhou, at=AT)


def test_what_somebody_proposed_who_has_gone_is_not_decided(publication: Publication, city: User) -> None:
    waits = correction(result(publication, "B"), grade="A", grade_reason="x", on=ON, at=AT, by=city)
    User.objects.filter(pk=city.pk).update(is_active=False)
    with pytest.raises(Refusal, match="提议不再有效"):
        decided(waits, at=AT)
    assert Result.objects.filter(version__gt=1).count() == 0


def test_one_proposal_waits_at_a_time(publication: Publication) -> None:
    old = result(publication, "B")
    waits = correction(old, grade="A", grade_reason="x", on=ON, at=AT)
    with pytest.raises(Refusal, match=f"已有待决定的更正 {waits.number}"):
        change(old, OTHER, on=ON, at=AT)


def test_a_county_reads_no_grade_that_is_only_proposed(publication: Publication, yinzhou: User, cixi: User) -> None:
    waits = correction(result(publication, "B"), grade="A", grade_reason="x", on=ON, at=AT)
    asked = change(result(publication, "C"), OTHER, on=ON, at=AT, by=yinzhou)
    assert list(Amendment.objects.visible_to(yinzhou)) == [asked]
    decided(waits, at=AT)
    assert set(Amendment.objects.visible_to(yinzhou)) == {asked, waits}
    assert not Amendment.objects.visible_to(cixi).exists()


def test_nothing_of_a_decision_stays_when_its_last_step_fails(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = correction(result(publication, "B"), grade="A", grade_reason="x", on=ON, at=AT)

    def fail(**_values: Any) -> None:
        raise Refusal("邮件写不下。")

    monkeypatch.setattr(deciding.mails, "write_to_liaison", fail)
    with pytest.raises(Refusal, match="邮件写不下"):
        decided(waits, at=AT)
    waits.refresh_from_db()
    assert (waits.status, waits.made) == ("proposed", None)
    assert (Result.objects.filter(version=2).count(), Document.objects.filter(issued_at=AT).count()) == (0, 0)
