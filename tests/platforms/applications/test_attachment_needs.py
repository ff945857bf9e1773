"""Which files a form needs, from one table; forms are plain mappings here, no database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.applications.attachment_needs import (
    BY_KEY,
    LEVEL_WORDS,
    SCANS,
    STALE_STAMP,
    TABLE,
    advised,
    formats_of,
    key_of,
    label_of,
    missing,
    needs_of,
    standings,
)
from platforms.applications.choices import AttachmentKind, RuleKind
from platforms.applications.completeness import gaps, progress, warnings
from platforms.file_formats import FORMATS
from tests.platforms.applications.test_completeness import files
from tests.platforms.applications.test_completeness import form as full_form

pytestmark = pytest.mark.usefixtures("printed_as_in_2020")
MANY = [kind.value for kind in AttachmentKind]


def form(*have: Any, mode: str = "direct", type: str = "town", rules: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "site": {"type": type},
        "operator": {"operating_mode": mode},
        "rules": [{"kind": kind, "is_public": True} for kind in rules],
        "attachments": list(have),
    }


def rule(kind: str = "") -> dict[str, Any]:
    return {"kind": "rule", "rule_kind": kind}


def levels(made: dict[str, Any]) -> dict[str, str]:
    return {each.need.key: LEVEL_WORDS[each.level] for each in standings(made)}


def test_every_kind_but_the_answers_to_questions_stands_in_the_table_once() -> None:
    kinds = [need.kind for need in TABLE if not need.rule_kind]
    assert sorted(kinds) == sorted(set(AttachmentKind) - {AttachmentKind.RULE, AttachmentKind.QUESTION})
    assert [need.rule_kind for need in TABLE if need.rule_kind] == RuleKind.values
    assert len(BY_KEY) == len(TABLE)
    assert {need.key for need in TABLE if not need.why or not need.clause or not need.when} == set()


@pytest.mark.parametrize(
    ("section", "keys"),
    [
        ("operator", ["credit_code", "agreement", "support_policy"]),
        ("venue", ["venue", "photo"]),
        ("staff", ["staff"]),
        ("rules", [f"rule:{kind}" for kind in RuleKind.values]),
        ("plan", []),
        ("attachments", list(BY_KEY)),
        ("", list(BY_KEY)),
    ],
)
def test_each_section_comes_with_the_files_that_prove_it(section: str, keys: list[str]) -> None:
    assert [need.key for need in needs_of(section)] == keys
    assert [need.label for need in needs_of(section)] == [label_of(*key.split(":")) for key in keys]
    assert [each.need.key for each in standings(form(), section)] == keys


def test_what_is_missing_and_advised_is_said_for_one_section_alone() -> None:
    stale = {"kind": "stamped", "stale": True}
    made = form(stale)
    assert missing(made, "rules") == missing(made)[2:]
    assert (missing(made, "venue"), advised(made, "venue")) == (("请上传场地证明。",), ("建议上传现场照片。",))
    assert (missing(made, "staff"), advised(made, "staff")) == ((), ("建议上传人员证明。",))
    assert advised(made, "attachments") == advised(made)
    assert advised(made)[-1] == STALE_STAMP


def test_one_section_is_as_far_as_its_answers_and_its_files() -> None:
    def states(*have: Any, only: str) -> dict[str, str]:
        return {each.slug: each.state for each in progress(full_form(attachments=list(have)), only)}

    assert states(only="rules") == {"rules": "complete", "attachments": "empty"}
    assert states(rule("fees"), only="rules") == {"rules": "complete", "attachments": "partial"}
    three = [rule(kind) for kind in ("process", "standard", "fees")]
    assert states(*three, only="rules") == {"rules": "complete", "attachments": "complete"}
    assert states(*three, only="venue") == {"venue": "complete", "attachments": "empty"}
    assert states(only="plan") == {"plan": "complete"}
    assert states(only="attachments") == {"attachments": "empty"}


@pytest.mark.clause("N12")
@pytest.mark.clause("N13")
@pytest.mark.parametrize(
    ("mode", "type", "agreement", "support"),
    [
        ("", "town", "本次无需", "本次无需"),
        ("direct", "functional_zone", "本次无需", "本次无需"),
        ("entrusted", "functional_zone", "必传", "必传"),
        ("entrusted", "town", "必传", "必传"),
        ("entrusted", "park", "必传", "本次无需"),
        ("entrusted", "industry", "必传", "本次无需"),
    ],
)
def test_who_entrusts_a_platform_shows_agreement_and_support(
    mode: str, type: str, agreement: str, support: str
) -> None:
    found = levels(form(mode=mode, type=type))
    assert (found["agreement"], found["support_policy"]) == (agreement, support)


@pytest.mark.clause("N06")
def test_three_rules_need_a_file_always_and_the_others_once_they_are_registered() -> None:
    found = levels(form())
    assert {key: found[key] for key in found if key.startswith("rule:")} == {
        "rule:process": "必传",
        "rule:standard": "必传",
        "rule:fees": "必传",
        "rule:complaints": "本次无需",
        "rule:files": "本次无需",
        "rule:staff": "本次无需",
    }
    assert levels(form(rules=("staff",)))["rule:staff"] == "必传"


@pytest.mark.clause("N06")
def test_the_missing_rule_is_named() -> None:
    made = form(*files("credit_code", "venue"), rule("fees"), rule("process"), rules=("process", "staff"))
    assert missing(made) == ("请上传“服务标准”的管理制度文件。", "请上传“人员管理制度”的管理制度文件。")


def test_a_file_from_before_rules_were_named_stands_for_the_first_rule_without_one() -> None:
    have = (*files("credit_code", "venue"), rule("process"))
    assert missing(form(*have, rule())) == ("请上传“收费标准”的管理制度文件。",)
    assert missing(form(*have, rule(), rule())) == ()
    assert missing(form(*have, rule(), rule(), rule(), rules=("complaints", "staff"))) == (
        "请上传“人员管理制度”的管理制度文件。",
    )
    counts = {each.need.key: each.count for each in standings(form(rule("process"), rule(), rule(), rule()))}
    assert [counts[f"rule:{kind}"] for kind in RuleKind] == [1, 1, 1, 0, 0, 0]


@pytest.mark.clause("N17")
def test_a_stamp_that_the_content_has_left_behind_is_said_until_a_newer_one_fits() -> None:
    stale, fresh = {"kind": "stamped", "stale": True}, {"kind": "stamped", "stale": False}
    have = files("photo", "staff")
    assert advised(form(*have)) == ("建议上传盖章扫描件。",)
    assert advised(form(*have, stale)) == (STALE_STAMP,)
    assert advised(form(*have, stale, stale)) == (STALE_STAMP,)
    assert advised(form(*have, stale, fresh)) == ()
    # Scans from before the content was kept beside them cannot be told to be stale.
    assert advised(form(*have, {"kind": "stamped"})) == ()


def test_a_stale_stamp_stops_no_submission() -> None:
    made = full_form(attachments=[*full_form()["attachments"][:-1], {"kind": "stamped", "stale": True}])
    assert gaps(made) == ()
    assert [(gap.section, gap.message) for gap in warnings(made)] == [("attachments", STALE_STAMP)]


def test_scans_and_photos_are_no_office_files() -> None:
    assert formats_of("photo") == formats_of("stamped") == formats_of("credit_code") == SCANS
    assert formats_of("rule", "fees") == formats_of("rule") == formats_of("question") == FORMATS
    assert BY_KEY["stamped"].formats_in_words == "PDF、JPEG、PNG"
    assert BY_KEY["other"].formats_in_words == "PDF、JPEG、PNG、Word（docx）、Excel（xlsx）"


def test_names_and_keys_of_kinds() -> None:
    assert [key_of("venue"), key_of("rule", "fees")] == ["venue", "rule:fees"]
    assert [label_of("venue"), label_of("rule", "fees")] == ["场地证明", "管理制度文件：收费标准"]


FILES = st.lists(
    st.sampled_from([*files(*MANY), *(rule(kind) for kind in ("", *RuleKind.values))]),
    max_size=12,
)


@given(FILES, st.sampled_from(["", "direct", "entrusted"]), st.sampled_from(["town", "park"]), st.data())
def test_page_and_refusal_never_disagree(have: Any, mode: str, type: str, data: st.DataObject) -> None:
    rules = tuple(data.draw(st.lists(st.sampled_from(RuleKind.values), unique=True)))
    made = form(*have, mode=mode, type=type, rules=rules)
    found = standings(made)
    assert missing(made) == tuple(each.sentence for each in found if each.is_missing)
    assert sum(each.count for each in found) <= len(have)
    # Another file never makes a form less complete.
    assert set(missing(form(*have, rule("fees"), mode=mode, type=type, rules=rules))) <= set(missing(made))
