"""Results and certificates of past years come in as they were, all of a file or nothing (五)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from evaluation.certification.choices import EndCause, Validity
from evaluation.certification.queries.certifications import noteworthy
from evaluation.certification.queries.in_force import in_force, state_of
from evaluation.models import Certification, Publication, Result
from evaluation.taken_over.queries import first_year, plan, taken_over
from evaluation.taken_over.rows import Row
from platforms.applications.choices import EndedWhy
from platforms.applications.queries.bans import bans_on
from platforms.applications.queries.standings import in_operation
from platforms.errors import Refusal
from platforms.models import AuditEvent, Ban, PeriodicReturn, Platform, Region, Round, Standing, Town, User
from platforms.periodic_reports.services import reports
from platforms.rounds.choices import RoundStatus
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.taken_over.before import AT, CODE, DIGEST, OTHER, TODAY, plain, row, taken

pytestmark = pytest.mark.django_db


def told(*rows: Row) -> list[tuple[int, str, str]]:
    """Return row, column and sentence of what is wrong with ``rows``."""
    found = plan(rows, notice=factories.notice(), today=TODAY).problems
    return [(each.row, each.column, each.sentence) for each in found]


def refused(*rows: Row) -> list[tuple[int, str]]:
    return [(number, column) for number, column, _ in told(*rows)]


@pytest.mark.clause("N28")
def test_a_certificate_is_taken_over_with_its_number_and_holds(town: Town, city: User) -> None:
    done = taken(row(), by=city)
    assert (done.years, done.results, done.platforms, len(done.certificates), done.bans) == ((2023,), 1, 1, 1, ())
    found = Certification.objects.get()
    assert (found.number, found.valid_from, found.valid_until, found.operator_code) == (
        "窗口（2023）001号", date(2023, 10, 8), date(2026, 10, 7), CODE,
    )  # fmt: skip
    assert list(in_force(TODAY)) == [found]
    publication = found.result.publication
    assert (publication.taken_over, publication.plan, publication.decided_on, publication.document_number) == (
        True, None, date(2023, 10, 8), "经信〔2023〕12号",
    )  # fmt: skip
    assert publication.published_at == AT
    round_ = publication.round
    assert (round_.year, round_.status, round_.published_on, round_.notice) == (
        2023, RoundStatus.PUBLISHED, date(2023, 10, 8), factories.notice(),
    )  # fmt: skip
    result = found.result
    assert (result.assessment, result.version, result.grade, result.site_name, result.region) == (
        None, 1, "A", "东郊街道", town.region,
    )  # fmt: skip
    assert (result.name, result.operator_name, result.service_phone, result.address) == (
        "东郊街道窗口平台", "东郊服务中心", "0574-87654321", "东郊路1号",
    )  # fmt: skip
    assert "djjd" in result.pinyin


def test_a_platform_that_is_not_on_record_is_made_as_its_latest_row_calls_it(town: Town, city: User) -> None:
    taken(
        row(2, year=2022, name="新名称", operator="新中心", operator_code=OTHER),
        row(3, year=2020, certificate="旧1号"),
        by=city,
    )
    made = Platform.objects.get()
    assert (made.code, made.name, made.operator_name, made.operator_code, made.town, made.accepted_on) == (
        "330212-001", "新名称", "新中心", OTHER, town, date(2020, 10, 8),
    )  # fmt: skip
    assert [each.name for each in Result.objects.order_by("publication__round__year")] == [
        "东郊街道窗口平台",
        "新名称",
    ]
    assert list(in_operation(Platform.objects.all(), date(2025, 10, 7))) == [made]
    assert list(in_operation(Platform.objects.all(), date(2025, 10, 8))) == []


def test_a_d_has_a_result_and_no_certificate(town: Town, city: User) -> None:
    done = taken(plain(), by=city)
    assert (done.results, done.certificates) == (1, ())
    assert not Standing.objects.exists()
    assert Result.objects.get().grade == "D"


@pytest.mark.clause("N28")
def test_certificates_of_a_platform_follow_one_another_in_the_order_of_years(town: Town, city: User) -> None:
    taken(row(2, year=2024), row(3, year=2020), row(4, year=2022), by=city)
    first, second, third = Certification.objects.order_by("valid_from").select_related("end__successor")
    assert (first.end.cause, first.end.ended_on, first.end.successor) == (
        EndCause.REPLACED, date(2022, 10, 8), second,
    )  # fmt: skip
    assert (second.end.cause, second.end.ended_on, second.end.successor) == (
        EndCause.REPLACED, date(2024, 10, 8), third,
    )  # fmt: skip
    assert state_of(third, TODAY) == Validity.IN_FORCE
    assert list(Standing.objects.order_by("starts_on").values_list("certificate", "ended_why")) == [
        (first.number, EndedWhy.REPLACED), (second.number, EndedWhy.REPLACED), (third.number, ""),
    ]  # fmt: skip


def test_one_that_ran_out_before_the_next_is_expired(town: Town, city: User) -> None:
    taken(row(2, year=2020), row(3, year=2024), by=city)
    first, second = Certification.objects.order_by("valid_from")
    assert [state_of(each, TODAY) for each in (first, second)] == [Validity.EXPIRED, Validity.IN_FORCE]
    assert not hasattr(first, "end")


def test_what_was_given_up_ends_without_a_ban(town: Town, city: User) -> None:
    taken(row(ended_on=date(2024, 5, 1), cause="given_up", reason="2024年4月来文"), by=city)
    found = Certification.objects.get()
    assert (found.end.cause, found.end.ended_on, found.end.reason) == (
        EndCause.GIVEN_UP, date(2024, 5, 1), "2024年4月来文",
    )  # fmt: skip
    assert not Ban.objects.exists()
    assert Standing.objects.get().ended_on == date(2024, 5, 1)


@pytest.mark.clause("N35")
@pytest.mark.parametrize(
    ("ended_on", "runs"),
    [(TODAY - timedelta(days=1), True), (date(2023, 4, 10), True), (date(2023, 4, 9), False)],
)
def test_a_revocation_bans_while_its_years_run(town: Town, city: User, ended_on: date, runs: bool) -> None:
    label = factories.notice().value().ground("fees").label
    begins: dict[str, Any] = {"year": 2021, "valid_from": date(2021, 10, 8), "valid_until": date(2026, 10, 7)}
    taken(row(**begins, ended_on=ended_on, cause="revoked", ground=label, reason="查实收费"), by=city)
    found = Certification.objects.get()
    assert (found.end.cause, found.ground, found.revoked_on, found.revocation_reason) == (
        EndCause.REVOKED, "fees", ended_on, "查实收费",
    )  # fmt: skip
    site = Platform.objects.get().site_key
    banned = bans_on(operator_codes={CODE}, site_keys={site}, on=TODAY)
    assert [(each.operator_code, each.site_key) for each in banned] == ([(CODE, site)] if runs else [])
    assert Ban.objects.count() == int(runs)


def test_a_new_certificate_after_one_that_was_given_up(town: Town, city: User) -> None:
    taken(
        row(2, year=2020, ended_on=date(2021, 5, 1), cause="given_up", reason="来文"),
        row(3, year=2024, operator_code=OTHER, operator="新中心"),
        by=city,
    )
    states = [state_of(each, TODAY) for each in Certification.objects.order_by("valid_from")]
    assert states == [Validity.GIVEN_UP, Validity.IN_FORCE]


def test_a_platform_is_found_by_its_code(town: Town, city: User) -> None:
    taken(row(2, year=2020), by=city)
    code = Platform.objects.get().code
    found = plan([row(2, year=2024, code=code, site="")], notice=factories.notice(), today=TODAY)
    assert [(each.platform.code if each.platform else "", each.how) for each in found.entries] == [(code, "编号")]
    taken(row(2, year=2024, code=code, site=""), by=city)
    assert Platform.objects.count() == 1
    assert Result.objects.get(publication__round__year=2024).site_name == "东郊街道"
    assert told(row(code="330212-999")) == [(2, "code", "没有编号为“330212-999”的平台；新平台请留空，导入时编号。")]


def test_a_platform_is_found_by_its_place_and_another_operator_is_told(town: Town, city: User) -> None:
    taken(row(2, year=2020), by=city)
    same = plan([row(year=2022)], notice=factories.notice(), today=TODAY).entries
    other = plan([row(year=2022, operator_code=OTHER)], notice=factories.notice(), today=TODAY).entries
    assert [each.how for each in (*same, *other)] == ["单位和地点", "地点（运营单位不同）"]
    done = taken(row(2, year=2022, operator_code=OTHER), by=city)
    assert (done.platforms, Platform.objects.get().operator_code) == (0, CODE)


def test_rows_of_a_new_platform_make_one(town: Town, city: User) -> None:
    found = plan([row(2, year=2020), row(3, year=2022)], notice=factories.notice(), today=TODAY)
    assert (len(found.made), len(found.matched), found.certificates) == (1, 0, 2)
    assert taken(row(2, year=2020), row(3, year=2022), by=city).platforms == 1


@pytest.fixture
def places(regions: dict[str, Region], town: Town) -> dict[str, Any]:
    """Where a platform of each type may stand: rows and what identifies the place."""
    zone = next(each for each in regions.values() if each.kind == "zone")
    below = factories.town(regions["330282"], "代管镇", zone=zone)
    park = factories.park(town.region, "东郊园")
    return {
        "zone": ({"type": "functional_zone", "region": zone.name, "site": ""}, f"zone:{zone.pk}"),
        "named": ({"type": "functional_zone", "region": zone.code, "site": zone.name}, f"zone:{zone.pk}"),
        "below": ({"type": "functional_zone", "region": zone.name, "site": "代管镇"}, f"town:{below.pk}"),
        "town": ({"site": town.code}, f"town:{town.pk}"),
        "park": ({"type": "park", "site": "东郊园"}, f"park:{park.pk}"),
        "industry": ({"type": "industry", "region": "市级", "site": "模具协会"}, "association:模具协会"),
    }


@pytest.mark.parametrize("which", ["zone", "named", "below", "town", "park", "industry"])
def test_a_place_of_each_type_is_found(places: dict[str, Any], city: User, which: str) -> None:
    values, key = places[which]
    taken(row(**values), by=city)
    made = Platform.objects.get()
    assert made.site_key == key
    assert made.code == ("HY-001" if which == "industry" else f"{made.region.code if made.region else ''}-001")
    assert Result.objects.get().region == made.region


@pytest.mark.parametrize(
    ("values", "column", "sentence"),
    [
        ({"region": ""}, "region", "没有填写，请填写地区的代码或名称。"),
        ({"region": "东海区"}, "region", "没有名为“东海区”的地区，是否为"),
        ({"site": ""}, "site", "没有填写，请填写乡镇（街道）。"),
        ({"site": "东郊镇"}, "site", "鄞州区没有名为“东郊镇”的乡镇（街道）"),
        ({"type": "park", "site": ""}, "site", "没有填写，请填写小微企业园。"),
        ({"type": "park", "site": "某园"}, "site", "鄞州区没有名为“某园”的小微企业园；名单中没有的"),
        ({"type": "industry"}, "region", "重点行业平台属于市级，请留空或填写“市级”。"),
        ({"type": "industry", "region": "", "site": ""}, "site", "没有填写，请填写行业协会名称。"),
    ],
)
def test_a_place_that_is_not_known_is_told(town: Town, values: dict[str, Any], column: str, sentence: str) -> None:
    found = told(row(**values))
    assert [(each[0], each[1]) for each in found] == [(2, column)]
    assert found[0][2].startswith(sentence) or (column == "region" and "没有名为" in found[0][2])


def test_a_region_that_has_ended_takes_no_new_platform(town: Town, city: User) -> None:
    taken(row(2, year=2020), by=city)
    code = Platform.objects.get().code
    Region.objects.filter(pk=town.region_id).update(valid_until=date(2021, 12, 31))
    assert refused(row(year=2023)) == [(2, "region")]
    # What was published under the old name is still a result of that platform.
    assert refused(row(year=2023, code=code)) == []


@pytest.mark.parametrize("status", [RoundStatus.PREPARING, RoundStatus.FILING, RoundStatus.EVALUATING])
def test_a_year_at_work_in_the_system_is_refused(town: Town, status: str) -> None:
    factories.round_of(2023, status)
    assert told(row()) == [(2, "year", "2023年度正在本系统中办理，不能导入。")]


def test_a_year_that_the_system_published_is_refused(city: User) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2023)
    factories.town(Region.objects.get(code="330212"), "东郊街道")
    assert told(row()) == [(2, "year", "2023年度已由本系统公布，不能导入。")]


def test_a_year_that_was_taken_over_is_completed_and_never_changed(town: Town, city: User) -> None:
    first = taken(row(), by=city)
    stored = list(Result.objects.values())
    other = factories.town(town.region, "西郊街道")
    fresh = {"site": "西郊街道", "operator_code": OTHER, "certificate": "窗口（2023）002号"}
    assert told(row(certificate="另1号")) == [
        (2, "valid_from", "应晚于该平台证书 窗口（2023）001号 的有效期起（2023-10-08），证书须按先后顺序导入。"),
        (2, "year", "该平台2023年度的结果已有记录，不能改动，请删除这一行。"),
    ]
    assert refused(row(**fresh, decided_on=date(2023, 10, 9))) == [(2, "decided_on")]
    done = taken(row(**fresh), by=city)
    assert (done.results, done.platforms, first.years) == (1, 1, done.years)
    assert Publication.objects.count() == 1
    assert list(Result.objects.filter(pk__in=[each["id"] for each in stored]).values()) == stored
    assert Platform.objects.get(town=other).code == "330212-002"


def test_a_year_that_was_taken_over_keeps_its_notice(town: Town, city: User) -> None:
    taken(row(), by=city)
    factories.town(town.region, "西郊街道")
    later = factories.invented_notice(
        grades=[
            {"code": "EX", "label": "优秀", "certified": True, "tone": "good"},
            {"code": "NO", "label": "不合格", "certified": False, "tone": "bad"},
        ],
        money={},
    )
    fresh = row(site="西郊街道", operator_code=OTHER, certificate="窗口（2023）002号", grade="B")
    assert plan([fresh], notice=later, today=TODAY).problems == ()
    new = replace(fresh, year=2021, decided_on=date(2021, 10, 8))
    assert [each.column for each in plan([new], notice=later, today=TODAY).problems] == ["grade"]


def test_a_number_that_is_on_record_is_refused_whatever_its_letters(town: Town, city: User) -> None:
    taken(row(certificate="Ab-1"), by=city)
    factories.town(town.region, "西郊街道")
    fresh: dict[str, Any] = {"site": "西郊街道", "operator_code": OTHER}
    assert told(row(**fresh, certificate="aB-1")) == [(2, "certificate", "证书编号 aB-1 已有记录，不能重复。")]
    assert told(row(**fresh, certificate="Ab-2")) == []


@pytest.mark.parametrize("number", ["窗口(2020)1号", "窗口〔2020〕1号", "窗口[2020]1号"])
def test_a_number_that_is_on_record_is_refused_whatever_its_brackets(number: str, town: Town, city: User) -> None:
    taken(row(certificate="窗口（2020）1号"), by=city)
    factories.town(town.region, "西郊街道")
    fresh: dict[str, Any] = {"site": "西郊街道", "operator_code": OTHER}
    assert told(row(**fresh, certificate=number))[0][:2] == (2, "certificate")


def test_a_certificate_is_not_put_before_one_that_is_on_record(town: Town, city: User) -> None:
    taken(row(year=2024), by=city)
    assert refused(row(year=2020)) == [(2, "valid_from")]
    # Without a certificate there is nothing to put into an order.
    assert refused(plain(year=2020)) == []


def test_one_wrong_row_stops_the_whole_file(town: Town, city: User) -> None:
    with pytest.raises(Refusal, match="有 1 处与系统中的记录不符或填写有误，没有导入"):
        taken(row(2), row(3, year=2022, grade="E"), by=city)
    assert [model.objects.count() for model in (Round, Platform, Result, Certification, Standing)] == [0] * 5
    assert not AuditEvent.objects.filter(verb__startswith="导入").exists()


def test_a_file_without_rows_is_refused(town: Town, city: User) -> None:
    with pytest.raises(Refusal, match="文件中没有可导入的行"):
        taken(by=city)


def test_only_the_city_takes_over(town: Town, yinzhou: User, finance: User) -> None:
    for person in (yinzhou, finance):
        with pytest.raises(Refusal, match="您没有导入历史认定的权限"):
            taken(row(), by=person)


def test_everything_that_is_taken_over_stands_in_the_log(town: Town, city: User) -> None:
    label = factories.notice().value().ground("fees").label
    ended: dict[str, Any] = {"ended_on": date(2024, 5, 1), "cause": "revoked", "ground": label, "reason": "查实"}
    taken(row(**ended), plain(3, year=2025), by=city)
    events = AuditEvent.objects.filter(actor=city.username).order_by("serial")
    assert list(events.values_list("verb", "object_code")) == [
        ("建立历史平台", "330212-001"),
        ("建立历史年度", "2023"),
        ("建立历史年度", "2025"),
        ("导入历史证书", "窗口（2023）001号"),
        ("登记运营期", "330212-001 窗口（2023）001号"),
        ("终止运营期", "330212-001 窗口（2023）001号"),
        ("导入历史撤销", "窗口（2023）001号"),
        ("限制申报", "东郊街道"),
        ("导入历史认定", "历史认定第 1 份"),
    ]
    last = events.last()
    assert last is not None
    assert (last.reason, last.changes["结果"], last.changes["证书"]) == (f"文件校验值 {DIGEST}", [0, 2], [0, 1])


def test_what_is_handed_in_periodically_is_asked_of_the_platform(town: Town, city: User) -> None:
    round_ = factories.round_of(2026)
    due = {"period": "monthly", "due_day": 5, "starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30)}
    values = {"title": "月报", "what": "报送上月服务情况。", "wants_text": True, "for_town": True, **due}
    reports.add(round=round_, values=values, by=city, at=AT)
    taken(row(), by=city)
    assert set(PeriodicReturn.objects.values_list("platform__code", flat=True)) == {"330212-001"}


def test_nobody_says_of_a_year_that_was_taken_over_that_a_platform_took_no_part(town: Town, city: User) -> None:
    factories.town(town.region, "西郊街道")
    taken(row(2, year=2023), by=city)
    certificate = Certification.objects.get()
    taken(plain(2, year=2024, site="西郊街道", operator_code=OTHER), by=city)
    assert noteworthy(certificate) == []
    factories.round_of(2025, RoundStatus.EVALUATING)
    assert [each.key.split(":")[0] for each in noteworthy(certificate)] == ["round"]


def test_the_years_that_were_taken_over_are_listed_the_latest_first(town: Town, city: User) -> None:
    taken(row(2, year=2020), row(3, year=2022), by=city)
    assert [each.round.year for each in taken_over()] == [2022, 2020]
    assert first_year() == 2020


def test_a_plan_asks_as_often_for_one_row_as_for_thirty(town: Town, django_assert_num_queries: Any) -> None:
    others = [factories.town(town.region, f"{n}号街道") for n in range(30)]
    rows = [row(2 + n, site=each.name, certificate=f"旧{n}号") for n, each in enumerate(others)]
    notice = factories.notice()
    for some in (rows[:1], rows):
        with django_assert_num_queries(5):
            assert plan(some, notice=notice, today=TODAY).problems == ()


@pytest.mark.clause("N28")
def test_a_later_round_of_the_system_replaces_what_was_taken_over(town: Town, city: User) -> None:
    taken(row(year=2020), by=city)
    stage.published_round({"330212": {"A": 1}}, year=2022)
    old, new = Certification.objects.order_by("valid_from")
    assert (old.end.cause, old.end.ended_on, old.end.successor) == (EndCause.REPLACED, new.valid_from, new)


@pytest.mark.clause("N29")
def test_a_revocation_is_proposed_on_what_was_taken_over_and_bans_its_operator(town: Town, city: User) -> None:
    taken(row(operator_code=OTHER), by=city)
    found = revoked(Certification.objects.get(), on=TODAY, at=AT)
    assert (found.ground, state_of(found, TODAY)) == ("fees", Validity.REVOKED)
    assert Ban.objects.get().operator_code == OTHER
