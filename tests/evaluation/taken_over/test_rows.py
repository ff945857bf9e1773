"""What a row of past years may say, by itself and beside others; no database."""

import tomllib
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from evaluation.certification.choices import Validity
from evaluation.taken_over.rows import (
    Held,
    Problem,
    Row,
    alone,
    grade_code,
    ground_of,
    in_order,
    of_all,
    of_one_platform,
    of_one_year,
    today_is,
)
from platforms.notices.terms import Terms
from platforms.notices.terms import read as read_terms
from tests.evaluation.taken_over.before import TODAY, plain, row


@pytest.fixture
def terms() -> Terms:
    with (settings.REFERENCE_DIR / "notices" / "2020-5.toml").open("rb") as file:
        return read_terms(tomllib.load(file)["terms"])


def wrong(terms: Terms, each: Row) -> list[tuple[str, str]]:
    """Return column and sentence of what is wrong with one row."""
    return [(found.column, found.sentence) for found in alone(each, terms, first_year=2020, today=TODAY)]


def columns(found: Any) -> list[tuple[int, str]]:
    return [(each.row, each.column) for each in found]


def test_a_row_with_a_certificate_and_one_without_are_fine(terms: Terms) -> None:
    assert wrong(terms, row()) == []
    assert wrong(terms, plain()) == []
    assert (row().is_whole, plain().is_whole, row(valid_until=None).is_whole) == (True, False, False)


@pytest.mark.parametrize(("year", "fits"), [(2019, False), (2020, True), (2026, True), (2027, False)])
def test_years_begin_with_the_first_round_and_end_today(terms: Terms, year: int, fits: bool) -> None:
    found = wrong(terms, plain(year=year, decided_on=date(min(year, 2026), 1, 1)))
    assert (("year", "应在 2020 至 2026 之间。") in found) is not fits


def test_a_text_may_be_as_long_as_its_column(terms: Terms) -> None:
    assert wrong(terms, row(name="名" * 80, address="址" * 120)) == []
    assert wrong(terms, row(name="名" * 81)) == [("name", "“平台名称”最多 80 个字，现为 81 个字。")]
    assert wrong(terms, row(address="址" * 121)) == [("address", "“地址”最多 120 个字，现为 121 个字。")]


def test_code_and_number_of_the_document_are_checked(terms: Terms) -> None:
    assert wrong(terms, row(operator_code="1")) == [
        ("operator_code", "统一社会信用代码须为 18 位，现为 1 位，请对照证书核对。")
    ]
    assert wrong(terms, row(document_number="2023年第12号")) == [
        ("document_number", "请按“机关代字〔年份〕序号”填写文号，如 经信〔2026〕12号。")
    ]
    assert wrong(terms, row(document_number="")) == []


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2022, 12, 31), ["不能早于 2023 年。"]),
        (date(2023, 1, 1), []),
        (TODAY, []),
        (date(2026, 4, 11), ["不能晚于今天。"]),
    ],
)
def test_the_decision_lies_between_its_year_and_today(terms: Terms, day: date, told: list[str]) -> None:
    assert [sentence for column, sentence in wrong(terms, row(decided_on=day)) if column == "decided_on"] == told


def test_a_grade_is_named_by_code_or_label(terms: Terms) -> None:
    label = terms.grades[0].label
    assert [grade_code(terms, text) for text in ("A", " a ", label, "优", "")] == ["A", "A", "A", "", ""]
    labels = "、".join(each.label for each in terms.grades)
    assert wrong(terms, row(grade="优")) == [("grade", f"不是依据的通知规定的档次，请填写：{labels}。")]


@pytest.mark.parametrize("name", ["certificate", "valid_from", "valid_until"])
def test_a_certified_grade_has_a_certificate_with_both_days(terms: Terms, name: str) -> None:
    missing: Any = "" if name == "certificate" else None
    assert wrong(terms, row(**{name: missing})) == [(name, "该档次予以认定，须填写。")]


@pytest.mark.parametrize(
    "values",
    [
        {"certificate": "X1"},
        {"valid_from": date(2023, 10, 8)},
        {"valid_until": date(2023, 10, 8)},
        {"ended_on": date(2023, 10, 8), "cause": "given_up", "reason": "来文"},
        {"ended_on": None, "cause": "replaced"},
    ],
)
def test_a_grade_without_a_certificate_has_none(terms: Terms, values: dict[str, Any]) -> None:
    assert ("grade", "该档次不予认定，证书编号、有效期和终止各栏应为空。") in wrong(terms, plain(**values))


def test_a_number_is_of_any_shape_that_an_address_can_hold(terms: Terms) -> None:
    shape = "只能由文字、字母、数字、括号、连字符和点组成，如 窗口（2020）012号。"
    for number in ("甬窗〔2020〕012号", "No.12-A", "2020" * 6, "窗【20】·1_b"):
        assert wrong(terms, row(certificate=number)) == []
    for number in ("2020/012", "a b", "%41", "?"):
        assert wrong(terms, row(certificate=number)) == [("certificate", shape)]
    assert wrong(terms, row(certificate="9" * 25)) == [("certificate", "最多 24 个字，现为 25 个字。")]


def test_a_certificate_begins_by_today_and_ends_later(terms: Terms) -> None:
    assert wrong(terms, row(valid_from=TODAY)) == []
    assert wrong(terms, row(valid_from=date(2026, 4, 11))) == [
        ("valid_from", "不能晚于今天；今后生效的证书由本系统颁发。")
    ]
    assert wrong(terms, row(valid_until=date(2023, 10, 9))) == []
    assert wrong(terms, row(valid_until=date(2023, 10, 8))) == [("valid_until", "应晚于有效期起（2023-10-08）。")]


def test_an_end_has_its_day_and_its_cause(terms: Terms) -> None:
    both = "终止日期和终止原因须同时填写。"
    assert wrong(terms, row(ended_on=date(2024, 5, 1))) == [("cause", both)]
    assert wrong(terms, row(cause="replaced")) == [("ended_on", both)]
    assert wrong(terms, row(ended_on=date(2024, 5, 1), cause="replaced")) == []


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        (date(2023, 10, 7), False),
        (date(2023, 10, 8), True),
        (date(2026, 4, 10), True),
    ],
)
def test_an_end_lies_within_the_certificate(terms: Terms, day: date, fits: bool) -> None:
    told = ("ended_on", "应在证书有效期（2023-10-08至2026-10-07）之内。")
    assert (told in wrong(terms, row(ended_on=day, cause="given_up", reason="来文"))) is not fits


def test_an_end_after_the_last_day_or_after_today_is_none(terms: Terms) -> None:
    past = {"valid_until": date(2025, 10, 7), "cause": "given_up", "reason": "来文"}
    assert wrong(terms, row(ended_on=date(2025, 10, 7), **past)) == []
    assert [column for column, _ in wrong(terms, row(ended_on=date(2025, 10, 8), **past))] == ["ended_on"]
    later = row(ended_on=date(2026, 4, 11), cause="given_up", reason="来文")
    assert wrong(terms, later) == [("ended_on", "不能晚于今天。")]


@pytest.mark.clause("N35")
def test_a_revocation_names_a_ground_of_the_notice_and_its_facts(terms: Terms) -> None:
    ended: dict[str, Any] = {"ended_on": date(2024, 5, 1), "cause": "revoked"}
    ground = terms.grounds[0]
    for text in (ground.key, ground.label):
        assert wrong(terms, row(**ended, ground=text, reason="查实")) == []
        assert ground_of(terms, text) == ground
    labels = "、".join(each.label for each in terms.grounds)
    missing = ("ground", f"须填写依据的通知规定的撤销情形之一：{labels}。")
    assert wrong(terms, row(**ended, reason="查实")) == [missing]
    assert wrong(terms, row(**ended, ground=ground.key)) == [("reason", "放弃和撤销须填写，写明来文或事实。")]
    assert wrong(terms, row(ground=ground.key)) == [("ground", "只有终止原因为“撤销”的才填写。")]


def test_giving_up_says_why(terms: Terms) -> None:
    ended: dict[str, Any] = {"ended_on": date(2024, 5, 1), "cause": "given_up"}
    assert wrong(terms, row(**ended)) == [("reason", "放弃和撤销须填写，写明来文或事实。")]


def test_a_year_was_decided_at_once() -> None:
    rows = [row(2), row(3, decided_on=date(2023, 10, 9)), row(4, document_number="")]
    assert list(of_one_year(rows)) == [
        Problem(3, "decided_on", "与2023年度第 2 行的认定日期（2023-10-08）不同，同一年度须为同一认定日期。"),
        Problem(4, "document_number", "与2023年度第 2 行的文号（经信〔2023〕12号）不同。"),
    ]
    assert list(of_one_year([])) == []


def test_what_was_taken_over_of_the_year_before_is_what_counts() -> None:
    there = {"decided_on": date(2023, 10, 8), "number": ""}
    assert list(of_one_year([row(2, document_number="")], **there)) == []  # type: ignore[arg-type]
    assert list(of_one_year([row(2)], **there)) == [  # type: ignore[arg-type]
        Problem(2, "document_number", "与2023年度此前导入的文号（空）不同。")
    ]


def test_a_number_stands_in_one_row_whatever_its_letters() -> None:
    rows = [row(2, certificate="ab-1"), row(3, certificate="AB-1"), row(4, certificate="ab-2"), plain(5), plain(6)]
    assert list(of_all(rows)) == [Problem(3, "certificate", "与第 2 行相同，证书编号不能重复。")]


def test_a_number_stands_in_one_row_whatever_its_brackets() -> None:
    rows = [
        row(2, certificate="窗口（2020）1号"),
        row(3, certificate="窗口 (2020) 1号"),
        row(4, certificate="窗口〔2020〕1号"),
    ]
    assert [each.row for each in of_all(rows)] == [3, 4]


def test_rows_of_a_platform_stand_in_the_order_of_years() -> None:
    rows = [row(2, year=2023), plain(3, year=2021), row(4, year=2020)]
    assert [each.number for each in in_order(rows)] == [4, 3, 2]


def test_a_platform_has_one_row_a_year() -> None:
    twice = list(of_one_platform([plain(2), plain(3)], ()))
    assert twice == [Problem(3, "year", "与第 2 行是同一平台的同一年度，请只保留一行。")]


def test_certificates_of_a_platform_follow_one_another() -> None:
    old, new = row(2, year=2020, certificate="A"), row(3, year=2022, certificate="B")
    assert list(of_one_platform([old, new], ())) == []
    same = row(3, year=2022, certificate="B", valid_from=date(2020, 10, 8))
    assert list(of_one_platform([old, same], ())) == [
        Problem(3, "valid_from", "应晚于该平台证书 A 的有效期起（2020-10-08），证书须按先后顺序导入。")
    ]


@pytest.mark.parametrize(("begins", "fits"), [(date(2021, 4, 30), False), (date(2021, 5, 1), True)])
def test_the_next_begins_when_the_one_before_was_ended(begins: date, fits: bool) -> None:
    old = row(2, year=2020, certificate="A", ended_on=date(2021, 5, 1), cause="given_up", reason="来文")
    new = row(3, year=2021, certificate="B", valid_from=begins)
    told = [Problem(3, "valid_from", "该平台证书 A 至2021年5月1日才终止，不能更早。")]
    assert list(of_one_platform([old, new], ())) == ([] if fits else told)


def test_what_a_platform_holds_already_goes_before() -> None:
    held = [Held("Y", date(2019, 1, 1), date(2021, 12, 31)), Held("X", date(2023, 10, 8), date(2026, 10, 7))]
    assert columns(of_one_platform([row(2)], held)) == [(2, "valid_from")]
    assert list(of_one_platform([row(2, valid_from=date(2023, 10, 9))], held)) == []


def test_a_replacement_names_the_first_day_of_the_next_one() -> None:
    old = row(2, year=2020, ended_on=date(2022, 10, 8), cause="replaced")
    assert list(of_one_platform([old, row(3, year=2022)], ())) == []
    assert list(of_one_platform([old], ())) == [
        Problem(2, "cause", "没有换发的新证，请在同一文件中列出新证所在年度的一行。")
    ]
    assert list(of_one_platform([old, row(3, year=2022, valid_from=date(2022, 10, 9))], ())) == [
        Problem(2, "ended_on", "应为换发的新证 窗口（2022）001号 的有效期起（2022-10-09）。")
    ]


@pytest.mark.parametrize(
    ("each", "following", "is_now"),
    [
        (plain(), None, None),
        (row(valid_until=None), None, None),
        (row(), None, Validity.IN_FORCE),
        (row(year=2020), None, Validity.EXPIRED),
        (row(year=2022), row(3), Validity.REPLACED),
        (row(year=2022), row(3, valid_from=date(2025, 10, 7)), Validity.REPLACED),
        (row(year=2022), row(3, valid_from=date(2025, 10, 8)), Validity.EXPIRED),
        (row(ended_on=date(2024, 5, 1), cause="given_up"), None, Validity.GIVEN_UP),
        (row(ended_on=date(2024, 5, 1), cause="revoked"), row(3, valid_from=date(2025, 1, 1)), Validity.REVOKED),
    ],
)
def test_what_a_certificate_is_today(each: Row, following: Row | None, is_now: Validity | None) -> None:
    assert today_is(each, following, TODAY, expiring_days=90) == is_now
