"""Revocations under a second notice beside one of 2020: which grounds there are, what is enough, for how long."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.queries.certifications import noteworthy, speaks_for_revocation
from evaluation.marking.services.assessments import save_scores
from evaluation.models import Assessment, Certification, RevocationProposal
from evaluation.revocation.services import facts, revocation
from platforms.cases.services import complaint_cases, grounds
from platforms.errors import Refusal
from platforms.models import AuditEvent, Ban, Ground, Notice, Platform, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import FACTS, complaint, fact, hearing_of, proposed, revoked, waive
from tests.kept_rows import once
from tests.platforms.cases.noticed import TERMS, another_notice
from tests.platforms.test_guards import refused

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 6, 1)
DAY = timedelta(days=1)
UNLISTED = "撤销情形不在通知所列之内"


@pytest.fixture
def another(db: None) -> Notice:
    return another_notice()


@pytest.fixture
def old(db: None) -> Certification:
    """A certificate of 2020 under the notice of 2020."""
    return once(stage.certified, year=2020)


@pytest.fixture
def new(another: Notice) -> Certification:
    """A certificate of 2019 in another region, under the second notice; the current round may be one of 2020."""
    published = stage.published_round({"330282": {"A": 1}}, year=2019, notice=another)
    return Certification.objects.get(result__publication=published)


@pytest.fixture
def replaced(old: Certification, another: Notice) -> Certification:
    """What took the place of ``old`` under the second notice, from 28 September 2021 on."""
    return stage.certified(year=2021, notice=another)


@pytest.mark.clause("N35")
def test_a_ban_lasts_as_long_as_the_notice_of_the_certificate_says(old: Certification, new: Certification) -> None:
    for certification in (old, new):
        revoked(certification, "false_material", on=ON, at=AT)
    told = [
        (row.site_key, row.starts_on, row.ends_on, row.reason.partition("：")[2].partition("（")[0])
        for row in Ban.objects.order_by("pk")
    ]
    assert told == [
        (old.result.platform.site_key, ON, date(2024, 6, 1), "报送材料、数据严重失实"),
        (new.result.platform.site_key, ON, date(2026, 6, 1), "弄虚作假"),
    ]
    assert [(row.ground, row.ground_notice_id, row.ground_label) for row in (old, new)] == [
        ("false_material", factories.notice().pk, "报送材料、数据严重失实"),
        ("false_material", new.result.publication.round.notice_id, "弄虚作假"),
    ]
    events = AuditEvent.objects.filter(verb="撤销认定").order_by("serial")
    assert [(each.object_code, each.changes["撤销情形"]) for each in events] == [
        (old.number, ["", "报送材料、数据严重失实"]), (new.number, ["", "弄虚作假"])
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ground", "of_old", "of_new"), [("fees", True, False), ("secrets", False, True), ("false_material", True, True)]
)
def test_a_ground_carries_a_revocation_where_the_notice_of_the_certificate_lists_it(
    old: Certification, new: Certification, city: User, ground: str, of_old: bool, of_new: bool
) -> None:
    for certification, listed in ((old, of_old), (new, of_new)):
        platform = certification.result.platform
        noted = fact(platform, "false_material", on=ON, at=AT)
        propose = {"platform": platform, "ground": ground, "facts": [noted], "reason": FACTS, "on": ON, "by": city}
        if not listed:
            with pytest.raises(Refusal) as told:
                revocation.propose(**propose, at=AT)
            assert (told.value.field, str(told.value)) == ("ground", "请选择通知所列撤销情形之一。")
            continue
        if ground != "false_material":
            propose["facts"] = [fact(platform, ground, on=ON, at=AT, text="另一件")]
        made = revocation.propose(**propose, at=AT)
        assert (made.ground, made.notice_id) == (ground, certification.result.publication.round.notice_id)
        assert AuditEvent.objects.latest("serial").changes["撤销情形"] == ["", made.ground_label]


def test_what_was_noted_under_an_earlier_certificate_carries_what_the_present_notice_lists(
    old: Certification, replaced: Certification, city: User, city2: User
) -> None:
    platform, late = old.result.platform, datetime(2021, 10, 8, 1, tzinfo=UTC)
    fees, forged = (fact(platform, ground, on=ON, at=AT) for ground in ("fees", "false_material"))
    propose = {"platform": platform, "reason": FACTS, "on": late.date(), "by": city, "at": late}
    with pytest.raises(Refusal) as told:
        revocation.propose(**propose, ground="fees", facts=[fees])
    assert str(told.value) == (
        f"证书 {replaced.number} 依据的通知（甬经信〔2027〕1号）没有列出“假借公益性服务之名收取费用”，不能据此撤销。"
    )
    made = revocation.propose(**propose, ground="false_material", facts=[forged])
    assert (made.ground_label, forged.ground_label) == ("弄虚作假", "报送材料、数据严重失实")
    revocation.decide(proposal=waive(made, at=late), by=city2, at=late)
    replaced.refresh_from_db()
    assert (replaced.ground_label, Ban.objects.get().ends_on) == ("弄虚作假", date(2026, 10, 8))


def test_the_day_of_the_revocation_says_which_certificate_and_which_notice(
    old: Certification, replaced: Certification, city: User
) -> None:
    """On its last day the certificate of 2020 is taken away for what the notice of 2020 lists."""
    platform, late = old.result.platform, datetime(2021, 10, 8, 1, tzinfo=UTC)
    fees = fact(platform, "fees", on=ON, at=AT)
    propose = {"platform": platform, "ground": "fees", "facts": [fees], "reason": FACTS, "by": city, "at": late}
    with pytest.raises(Refusal, match="没有列出"):
        revocation.propose(**propose, on=date(2021, 9, 28))
    assert revocation.propose(**propose, on=date(2021, 9, 27)).notice_id == factories.notice().pk


def test_a_certificate_that_was_to_begin_under_another_notice_ends_for_the_ground_of_the_first(
    old: Certification, another: Notice, city: User
) -> None:
    """Its own notice does not list that ground, and what is told of it is told in the words of the first."""
    at = datetime(2021, 9, 10, 1, tzinfo=UTC)
    round_ = stage.graded_round({"330212": {"A": 1}}, year=2021, notice=another, over=at)
    stage.publish(round=round_, decided_on=date(2021, 9, 28), reason=stage.REASON, by=city, at=at)
    ahead = Certification.objects.exclude(pk=old.pk).get()
    revoked(old, "fees", on=at.date(), at=at)
    ahead.refresh_from_db()
    assert [(row.ground, row.ground_label) for row in (old, ahead)] == [("fees", "假借公益性服务之名收取费用")] * 2
    assert Ban.objects.get().ends_on == date(2024, 9, 10)


def test_a_new_certificate_under_another_notice_stops_the_decision(
    old: Certification, another: Notice, city: User, city2: User
) -> None:
    """Published with a day that lies back, it stands in the place of the one that was to be taken away."""
    platform, at = old.result.platform, datetime(2021, 9, 29, 1, tzinfo=UTC)
    made = proposed(platform, "false_material", on=date(2021, 9, 28), at=at, by=city)
    stage.certified(year=2021, notice=another)
    with pytest.raises(Refusal) as told:
        revocation.decide(proposal=made, by=city2, at=at)
    assert str(told.value) == "提出之后，该平台换发了依据另一份通知的证书，请不予撤销后重新提出。"
    assert Ban.objects.count() == 0


@pytest.mark.clause("N31")
def test_two_complaints_carry_a_revocation_where_two_are_enough(new: Certification, city: User, city2: User) -> None:
    platform = new.result.platform
    one, _ = (complaint(platform, text, at=AT - DAY) for text in ("一", "二"))
    known = grounds.confirm(ground=Ground.objects.get(), reason="属实", by=city, at=AT)
    propose = {"platform": platform, "ground": "complained", "facts": [known], "reason": FACTS, "on": ON, "by": city}
    made = waive(revocation.propose(**propose, at=AT), at=AT)
    complaint_cases.reopen(complaint=one, reason="企业补充了材料", by=city, at=AT)
    with pytest.raises(Refusal) as told:
        revocation.decide(proposal=made, by=city2, at=AT)
    assert str(told.value) == "不能决定撤销：核实的投诉须满 2 件，现计入 1 件。"
    factories.decided(one, by=User.objects.get(username="of-330282"), city=city, at=AT)
    assert revocation.decide(proposal=made, by=city2, at=AT).status == "decided"
    assert Ban.objects.get().ends_on == date(2026, 6, 1)


# The evaluation ------------------------------------------------------------------------------------------------------


@pytest.fixture
def assessment(another: Notice) -> Assessment:
    """Open, in a round under the second notice, of the platform that is certified in 鄞州区."""
    return Assessment.objects.get(
        evaluation__round=stage.graded_round({"330212": {"open": 1}}, year=2021, notice=another)
    )


def test_a_veto_is_a_ground_of_the_notice_of_the_round(assessment: Assessment, city: User) -> None:
    save = {"assessment": assessment, "entries": {}, "by": city, "at": AT, "veto_fact": "有书面记录"}
    for unknown in ("fees", "refuses_evaluation"):
        with pytest.raises(Refusal, match="请选择通知所列情形之一。"):
            save_scores(**save, revision=assessment.revision, veto=unknown)
    saved = save_scores(**save, revision=assessment.revision, veto="secrets")
    assert (saved.veto, saved.veto_label) == ("secrets", "泄露企业商业秘密")
    assert AuditEvent.objects.latest("serial").changes == {"一票否决": ["", "泄露企业商业秘密：有书面记录"]}


def test_the_sheet_offers_the_grounds_of_the_notice_of_the_round(
    assessment: Assessment, city: User, browser_of: Any
) -> None:
    url = reverse("admin:evaluation_assessment_change", args=(assessment.pk,))
    assert browser_of(city).get(url).context["grounds"] == [(each["key"], each["label"]) for each in TERMS["grounds"]]


@pytest.mark.clause("N29")
@pytest.mark.parametrize(
    ("veto", "ground", "label"),
    [
        # Another key, found by the same collector; the same key; none of either.
        ("absent", "refuses_evaluation", "拒不参加绩效评价"),
        ("false_material", "false_material", "报送材料、数据严重失实"),
        ("secrets", "", ""),
    ],
)
def test_a_later_veto_counts_as_the_ground_that_it_is_under_the_notice_of_the_certificate(
    old: Certification, assessment: Assessment, city: User, veto: str, ground: str, label: str
) -> None:
    Assessment.objects.filter(pk=assessment.pk).update(veto=veto, veto_fact="有书面记录")
    own = assessment.evaluation.round.terms.ground(veto).label
    told = [f"2021年度评价中记录：{own}（有书面记录）。"] if ground else []
    assert speaks_for_revocation(old) == told
    offered = noteworthy(old)
    assert [(each.ground, each.label) for each in offered] == ([(ground, label)] if ground else [])
    if ground:
        made = facts.note(certification=old, key=offered[0].key, text=FACTS, on=ON, by=city, at=AT)
        assert made.ground_label == label


@pytest.mark.clause("N29")
def test_a_round_without_the_platform_is_offered_where_the_notice_of_its_certificate_lists_that(
    old: Certification, new: Certification
) -> None:
    stage.graded_round({"330205": {"open": 1}}, year=2021)
    assert [[each.ground for each in noteworthy(row)] for row in (old, new)] == [
        ["refuses_evaluation"], ["absent", "absent"]
    ]  # fmt: skip
    silent = another_notice(number="甬经信〔2028〕1号", grounds=TERMS["grounds"][1:])
    published = stage.published_round({"330206": {"A": 1}}, year=2018, notice=silent)
    assert noteworthy(Certification.objects.get(result__publication=published)) == []


# The database --------------------------------------------------------------------------------------------------------


@pytest.mark.trust("T49")
def test_the_database_knows_no_veto_that_the_notice_of_the_round_does_not_list(assessment: Assessment) -> None:
    rows = Assessment.objects.filter(pk=assessment.pk)
    for unknown in ("fees", "dislike"):
        refused(rows, UNLISTED, veto=unknown, veto_fact="无")
    assert rows.update(veto="secrets", veto_fact="有书面记录") == 1
    assert rows.update(veto="", veto_fact="") == 1


@pytest.mark.trust("T49")
def test_the_database_knows_no_revocation_for_what_the_notice_does_not_list(
    new: Certification, another: Notice, city: User
) -> None:
    who = {"revoked_on": ON, "revoked_at": AT, "revoked_by": city}
    rows = Certification.objects.filter(pk=new.pk)
    refused(rows, UNLISTED, ground="fees", ground_notice=another, **who)
    refused(rows, UNLISTED, ground="secrets", **who)
    made = {"platform": new.result.platform, "effective_on": ON, "proposed_at": AT, "proposed_by": city, "number": "X"}
    made["hearing"] = hearing_of(new.result.platform, city, at=AT)
    for ground, notice in (("fees", another), ("secrets", factories.notice())):
        with pytest.raises(IntegrityError, match=UNLISTED), transaction.atomic():
            RevocationProposal.objects.create(ground=ground, notice=notice, reason="x", **made)
    RevocationProposal.objects.create(ground="secrets", notice=another, reason="x", **made)
    refused(RevocationProposal.objects.all(), "撤销", ground="false_material", notice=factories.notice())
    assert rows.update(ground="secrets", ground_notice=another, **who) == 1


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N35")
def test_pages_name_ground_and_years_of_the_notice(another: Notice, city: User, city2: User, browser_of: Any) -> None:
    today, year = timezone.localdate(), timezone.localdate().year
    stage.published_round({"330282": {"A": 1}}, year=year - 2)
    published = stage.published_round({"330212": {"A": 1}}, year=year - 1, notice=another)
    certification = Certification.objects.get(result__publication=published)
    platform: Platform = certification.result.platform
    fact(platform, "secrets", on=today, at=timezone.now())
    one, other = browser_of(city), browser_of(city2)
    url = reverse("admin:evaluation_revocationproposal_propose", args=(platform.pk,))
    asked = one.get(url).content.decode()
    assert "泄露企业商业秘密（CX-" in asked
    assert "自撤销日期起5年内不受理认定申报。" in asked
    typed = {"facts": [Ground.objects.get().pk], "reason": "属实", "on": today.isoformat()}
    one.post(url, typed | {"password": factories.PASSWORD})
    row = waive(RevocationProposal.objects.get(), at=timezone.now())
    move = reverse("admin:evaluation_revocationproposal_move", args=(row.pk, "decide"))
    confirm = other.get(move).content.decode()
    until = today.replace(year=year + 5, day=min(today.day, 28) if today.month == 2 else today.day)
    assert f"在 {until.isoformat()}（含当日）前不受理认定申报。" in confirm
    assert "泄露企业商业秘密" in confirm
    other.post(move, {"password": factories.PASSWORD})
    for name in ("revocationproposal", "certification"):
        listed = reverse(f"admin:evaluation_{name}_changelist")
        found = [one.get(f"{listed}?ground={key}").context["cl"].result_count for key in ("secrets", "fees")]
        assert found == [1, 0], name
        assert "泄露企业商业秘密" in one.get(listed).content.decode()
    page = one.get(reverse("admin:evaluation_certification_change", args=(certification.pk,))).content.decode()
    assert "泄露企业商业秘密" in page
    export = reverse("admin:evaluation_certification_export")
    sent = one.post(export, {"format": "csv", "export_items": [certification.pk]}).content.decode("utf-8-sig")
    heads, line = (each.split(",") for each in sent.strip().splitlines())
    assert dict(zip(heads, line, strict=True))["撤销情形"] == "泄露企业商业秘密"
