"""Clauses by key: read, cited, and told apart."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from platforms.notices import clauses, content, labels
from platforms.notices.clauses import KEYS, Clause, ClausesError, activate, cite, cited, citing
from platforms.notices.terms import read as read_terms
from platforms.rounds.phases import counted_in_words, evaluation_phase, phase_label, short_label
from tests.platforms.notices import sample


@pytest.fixture
def two_notices() -> Iterator[None]:
    """Notice 1 prints Roman numbers, notice 2 letters; None is the one in use, notice 1."""
    before = list(clauses._resolvers)
    clauses.resolve_with(lambda notice, key: f"{'b' if notice == 2 else 'a'}:{key}", lambda: 1)
    yield
    clauses._resolvers[:] = before


def test_every_key_needs_a_number() -> None:
    printed = clauses.read(sample.clauses())
    assert len(printed) == len(KEYS)
    assert printed[0] == Clause("purpose", "第1条", "要求1")
    with pytest.raises(ClausesError) as refused:
        clauses.read(sample.clauses()[1:])
    assert refused.value.problems == (("clauses", "缺少“窗口平台的定位”（purpose）的条款号。"),)


@pytest.mark.parametrize(
    ("row", "place", "sentence"),
    [
        ({"key": "purpose", "number": "一", "text": ""}, "clauses.28", "条款代号“purpose”为空或重复。"),
        ({"key": "", "number": "一"}, "clauses.28", "条款代号“”为空或重复。"),
        ("x", "clauses.28", "条款代号“”为空或重复。"),
        ({"key": "more", "number": ""}, "clauses.28.number", "“more”的条款号应为1至20个字，例如三·（一）。"),
        ({"key": "more", "number": "一" * 21}, "clauses.28.number", "“more”的条款号应为1至20个字，例如三·（一）。"),
        ({"key": "more", "number": "一", "text": "字" * 4001}, "clauses.28.text", "“more”的条文不能超过4000字。"),
    ],
)
def test_a_clause_that_cannot_be_is_told_at_its_place(row: Any, place: str, sentence: str) -> None:
    with pytest.raises(ClausesError) as refused:
        clauses.read([*sample.clauses(), row])
    assert (place, sentence) in refused.value.problems


def test_a_notice_may_have_more_clauses_than_are_cited() -> None:
    assert (
        clauses.read([*sample.clauses(), {"key": "more", "number": "一" * 20, "text": "字" * 4000}])[-1].key == "more"
    )
    with pytest.raises(ClausesError):
        clauses.read(None)


@pytest.mark.usefixtures("two_notices")
def test_the_same_sentence_reads_with_the_numbers_of_the_active_notice() -> None:
    told = cited("按{}和{}办理。", "sites.zones", "ban")
    assert str(told) == "按a:sites.zones和a:ban办理。"
    with citing(2):
        assert str(told) == "按b:sites.zones和b:ban办理。"
        with citing(None):
            assert cite("ban") == "a:ban"
        assert cite("ban") == "b:ban"
    assert cite("ban") == "a:ban"
    with citing(None):
        activate(2)
        assert cite("ban") == "b:ban"
    assert cite("ban") == "a:ban"


@pytest.mark.usefixtures("two_notices")
def test_a_key_that_nobody_knows_is_a_fault_of_the_code() -> None:
    for ask in (lambda: cite("surprise"), lambda: cited("{}", "surprise")):
        with pytest.raises(KeyError, match="surprise"):
            ask()


@pytest.mark.usefixtures("two_notices")
def test_which_notice_a_page_cites_is_asked_once_and_only_where_it_cites() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(2)
        return 2

    with citing(None):
        activate(ask=ask)
        assert asked == []
        assert [cite("ban"), cite("ban")] == ["b:ban", "b:ban"]
        assert asked == [2]


def test_terms_and_clauses_fit_together_or_are_told_together() -> None:
    terms, printed = content.read(sample.terms(), sample.clauses())
    assert (terms.target, len(printed)) == (60, len(KEYS))
    wrong = sample.terms(target=0)
    with pytest.raises(content.ContentError) as refused:
        content.read(wrong, [])
    assert refused.value.problems[0] == ("target", "建设目标（个）应为1至10000的整数，例如100。")
    assert len(refused.value.problems) == 1 + len(KEYS)
    data = sample.terms()
    data["phases"][1]["clause"] = "phases.pilot"
    data["grounds"][0]["clause"] = "grounds.first"
    with pytest.raises(content.ContentError) as refused:
        content.read(data, sample.clauses())
    assert refused.value.problems == (
        ("phases.2.clause", "“第二阶段：试点”所依据的条款（phases.pilot）没有条款号，请在条款中补充。"),
        ("grounds.1.clause", "“被投诉2次以上且核实”所依据的条款（grounds.first）没有条款号，请在条款中补充。"),
    )


def test_differences_are_told_leaf_by_leaf() -> None:
    new = sample.terms(target=70, grades=sample.TERMS["grades"][:2])
    assert content.differences(sample.TERMS, new) == [
        ("grades.3.certified", False, None),
        ("grades.3.code", "NO", None),
        ("grades.3.label", "不合格", None),
        ("grades.3.tone", "bad", None),
        ("target", 60, 70),
    ]
    assert content.by_key([*sample.clauses()[:1], "x"]) == {"purpose": {"number": "第1条", "text": "要求1"}}
    assert content.by_key("x") == {}


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ("terms.validity_years", "认定有效期（年）"),
        ("money.points.EX", "EX的分值"),
        ("readings.cutoff", "口径 cutoff"),
        ("clauses.sites.zones.number", "“功能区窗口平台”的条款号"),
        ("clauses.more.text", "“more”的条文"),
        ("grades.2.label", "第2个档次的名称"),
        ("grades.2.points", "第2个档次的points"),
        ("clauses.28", "第28个条款"),
        ("others.1", "others"),
        ("whatever", "whatever"),
    ],
)
def test_places_are_told_in_words(place: str, label: str) -> None:
    assert labels.place_label(place) == label


def test_values_are_told_in_words() -> None:
    assert [labels.value_label(value) for value in (True, False, None, "", 3, "是")] == [
        "是",
        "否",
        "—",
        "—",
        "3",
        "是",
    ]


def test_phases_are_called_as_the_notice_calls_them() -> None:
    terms = read_terms(sample.terms())
    assert [phase_label(terms, number) for number in (0, 1, 3, 4)] == [
        "第0阶段", "第一阶段：自荐", "第三阶段：评定", "第4阶段",
    ]  # fmt: skip
    assert [short_label(label) for label in ("第二阶段：试点", "试点")] == ["试点", "试点"]
    assert evaluation_phase(terms) == 3
    assert counted_in_words(terms) == "“第二阶段：试点”首日至末日"
    four = read_terms(tomllib.loads((settings.REFERENCE_DIR / "notices" / "2020-5.toml").read_text())["terms"])
    assert counted_in_words(four) == "“第二阶段：联通与整改”首日至“第三阶段：试运行”末日"
    two = read_terms(sample.terms(phases=[sample.TERMS["phases"][0], sample.TERMS["phases"][2]]))
    assert counted_in_words(two) == ""
