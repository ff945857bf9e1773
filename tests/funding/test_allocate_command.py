"""``manage.py allocate``: the same sums from a file, without a database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from funding.readings import SWITCHES

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = """region,declared,a,b,c,d
甲,10,4,3,2,1
乙,10,2,4,2,2
丙,5,3,1,1,0
丁,5,1,2,0,2
"""


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    file = tmp_path / "COUNTS.csv"
    file.write_text(EXAMPLE, encoding="utf-8")
    return file


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with a database that cannot be reached and a terminal without Chinese."""
    environment = os.environ | {
        "NINGBO_MODE": "test",
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nowhere",
        "PYTHONIOENCODING": "ascii",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "allocate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, cwd=ROOT, check=False)


def result(*arguments: object, **options: object) -> dict:
    out = StringIO()
    call_command("allocate", *map(str, arguments), json=True, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.mark.clause("N27")
def test_the_worked_example_comes_out_whole(counts) -> None:
    assert result(counts, "--pool", "15000000") == {
        "pool": 15_000_000,
        "reading": {
            "cutoff": "inclusive",
            "base": "declared",
            "totals": "all",
            "industry": "left_out",
            "divisor": "funded",
            "unit": "yuan",
        },
        "totals": {"a": 10, "b": 10, "c": 5},
        "rows": [
            row("甲", 10, 4, 3, 2, 1, "1/10", "37", "37/60", 9_250_000),
            row("乙", 10, 2, 4, 2, 2, "1/5", None, None, 0),
            row("丙", 5, 3, 1, 1, 0, "0", "23", "23/60", 5_750_000),
            row("丁", 5, 1, 2, 0, 2, "2/5", None, None, 0),
        ],
        "allocated": 15_000_000,
        "unallocated": 0,
        "note": "",
    }


def row(region, declared, a, b, c, d, d_share, score, weight, amount) -> dict:
    return {
        "region": region,
        "declared": declared,
        "a": a,
        "b": b,
        "c": c,
        "d": d,
        "d_share": d_share,
        "excluded": score is None,
        "score": score,
        "weight": weight,
        "amount": amount,
    }


@pytest.mark.clause("N27")
@pytest.mark.parametrize(
    ("switch", "value", "amounts", "unallocated"),
    [
        ("divisor", "all", [5_550_000, 0, 3_450_000, 0], 6_000_000),
        ("divisor", "hundred", [5_550_000, 0, 3_450_000, 0], 6_000_000),
        ("totals", "funded", [9_517_857, 0, 5_482_143, 0], 0),
        ("cutoff", "exclusive", [6_306_818, 4_772_727, 3_920_455, 0], 0),
        ("base", "graded", [9_250_000, 0, 5_750_000, 0], 0),
        ("unit", "wan", [9_250_000, 0, 5_750_000, 0], 0),
        ("industry", "counted", [9_250_000, 0, 5_750_000, 0], 0),
    ],
)
def test_each_switch_can_be_set(counts, switch, value, amounts, unallocated) -> None:
    found = result(counts, "--pool", "15000000", f"--{switch}", value)
    assert [line["amount"] for line in found["rows"]] == amounts
    assert found["unallocated"] == unallocated
    assert found["reading"][switch] == value


def test_a_row_without_region_carries_the_key_industries(counts) -> None:
    counts.write_text(EXAMPLE + ",10,5,0,5,0\n", encoding="utf-8")
    left_out = result(counts, "--pool", "15000000")
    counted = result(counts, "--pool", "15000000", "--industry", "counted")
    assert (left_out["totals"], counted["totals"]) == ({"a": 10, "b": 10, "c": 5}, {"a": 15, "b": 10, "c": 10})
    assert [line["region"] for line in counted["rows"]] == ["甲", "乙", "丙", "丁"]
    assert [line["score"] for line in counted["rows"]] == ["27", None, "16", None]


@pytest.mark.trust("T14")
def test_ties_go_by_the_region_column_in_code_point_order(counts) -> None:
    # 丁 U+4E01, 丙 U+4E19, 甲 U+7532
    counts.write_text("region,declared,a,b,c,d\n甲,1,1,0,0,0\n丙,1,1,0,0,0\n丁,1,1,0,0,0\n", encoding="utf-8")
    found = result(counts, "--pool", "1000000")
    assert {line["region"]: line["amount"] for line in found["rows"]} == {"甲": 333_333, "丙": 333_333, "丁": 333_334}


def test_nothing_to_allocate_is_an_answer_with_its_reason(counts) -> None:
    counts.write_text("region,declared,a,b,c,d\n甲,0,0,0,0,0\n", encoding="utf-8")
    found = result(counts, "--pool", "100")
    assert found["note"] == "未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。"
    assert (found["rows"][0]["d_share"], found["rows"][0]["excluded"], found["unallocated"]) == ("0", False, 100)


@pytest.mark.trust("T14")
def test_without_json_a_table_tells_amounts_worth_rule_and_readings(counts) -> None:
    done = run(counts, "--pool", "15000000", "--divisor", "all")
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    lines = text.splitlines()
    assert lines[0].split() == ["地区", "申报", "A档", "B档", "C档", "D档", "D档占比", "得分", "权重", "金额（元）"]
    assert lines[1].split() == ["甲", "10", "4", "3", "2", "1", "10%", "37", "0.37", "5,550,000"]
    assert lines[2].split() == ["乙", "10", "2", "4", "2", "2", "20%", "不予支持", "—", "0"]
    assert "资金总额：15,000,000元　已分配：9,000,000元　未分配：6,000,000元" in lines
    assert "1家A档折合：900,000元" in lines
    assert sum(line.startswith("取整规则：") for line in lines) == 1
    assert "　权重分母：计入全市总数的全部得分之和（默认为“获得资金支持地区的得分之和”。" in text
    assert "民法典" in text


def test_the_table_warns_of_inversions_and_gives_the_note(counts) -> None:
    counts.write_text("region,declared,a,b,c,d\n甲,48,40,5,3,0\n", encoding="utf-8")
    assert "注意：档次倒挂：1家B档相当于4家A档的金额" in run(counts, "--pool", "100").stdout.decode()
    counts.write_text("region,declared,a,b,c,d\n甲,0,0,0,0,0\n", encoding="utf-8")
    text = run(counts, "--pool", "100").stdout.decode()
    assert "说明：未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。" in text
    assert text.splitlines()[1].split() == ["甲", "0", "0", "0", "0", "0", "—", "0", "0", "0"]


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["COUNTS.csv"], "缺少参数 --pool（资金总额，整数元）"),
        (["COUNTS.csv", "--pool"], "参数 --pool 后面缺少取值"),
        (["COUNTS.csv", "--pool", "0"], "资金总额必须大于零"),
        (["COUNTS.csv", "--pool", "-1"], "参数 --pool 的“-1”不是15位以内的正整数"),
        (["COUNTS.csv", "--pool", "1_000"], "参数 --pool 的“1_000”不是15位以内的正整数"),
        (["COUNTS.csv", "--pool", "１２３"], "参数 --pool 的“１２３”不是15位以内的正整数"),
        (["COUNTS.csv", "--pool", "NaN"], "参数 --pool 的“NaN”不是15位以内的正整数"),
        (["COUNTS.csv", "--pool", ""], "参数 --pool 的“”不是15位以内的正整数"),
        (["COUNTS.csv", "--pool", "1\n2"], "参数 --pool 的“1?2”不是15位以内的正整数"),
        (["COUNTS.csv", "--pool", "1" + "0" * 15], f"参数 --pool 的“1{'0' * 15}”不是15位以内的正整数"),
        (["COUNTS.csv", "--pool", "15000001", "--unit", "wan"], "金额单位为万元时，资金总额必须是整万元"),
        (["COUNTS.csv", "--pool", "5", "--cutoff", "near"], "淘汰线（cutoff）只能取 inclusive、exclusive"),
        (["COUNTS.csv", "--pool", "5", "--cut", "exclusive"], "不认识的参数：--cut exclusive"),
        (["COUNTS.csv", "--pool", "5", "--json=yes"], "参数 --json 不带取值"),
        (["COUNTS.csv", "--pool", "5", "--verbosity", "9"], "命令用法有误，用 --help 查看用法"),
        (["--pool", "5"], "须指定一个 COUNTS.csv 文件"),
        (["COUNTS.csv", "COUNTS.csv", "--pool", "5"], "须指定一个 COUNTS.csv 文件"),
        (["nowhere.csv", "--pool", "5"], "文件不存在：nowhere.csv"),
        (["/", "--pool", "5"], "无法读取文件：/"),
        (["a\0b", "--pool", "5"], "无法读取文件：a?b"),
    ],
)
def test_wrong_usage_raises_one_sentence(counts, monkeypatch, arguments, sentence) -> None:
    monkeypatch.chdir(counts.parent)
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("allocate", *arguments, stdout=out)
    assert (str(caught.value), caught.value.returncode, out.getvalue()) == (sentence, 2, "")


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("content", "options", "line"),
    [
        (EXAMPLE + "戊,3,1_0,0,0,0\n", ["--pool", "5"], "第6行：a列的“1_0”不是15位以内的非负整数（戊）"),
        (EXAMPLE + "甲,3,1,0,0,0\n", ["--pool", "5", "--json"], "第6行：甲重复，已见于第2行"),
        ("", ["--pool", "5"], "第1行：表头必须是 region,declared,a,b,c,d"),
        (EXAMPLE, ["--pool", "15e6"], "参数 --pool 的“15e6”不是15位以内的正整数"),
        (EXAMPLE, ["--pool"], "参数 --pool 后面缺少取值"),
        (EXAMPLE, ["--pool", "5", "--colour"], "不认识的参数：--colour"),
    ],
)
def test_bad_input_is_one_line_status_two_and_nothing_else(counts, content, options, line) -> None:
    counts.write_text(content, encoding="utf-8")
    done = run(counts, *options)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"{line}\n")


def test_the_same_file_gives_the_same_object_in_a_process_without_a_database(counts) -> None:
    done = run(counts, "--pool", "15000000", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == result(counts, pool=15_000_000)


def test_help_names_every_switch_with_its_values() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, b"")
    for switch in SWITCHES:
        assert f"--{switch.name} 口径" in done.stdout.decode()


# Byte for byte.

KEPT_JSON = """\
{
 "pool": 100,
 "reading": {
  "cutoff": "inclusive",
  "base": "declared",
  "totals": "all",
  "industry": "left_out",
  "divisor": "funded",
  "unit": "yuan"
 },
 "totals": {
  "a": 2,
  "b": 0,
  "c": 1
 },
 "rows": [
  {
   "region": "甲",
   "declared": 3,
   "a": 2,
   "b": 0,
   "c": 1,
   "d": 0,
   "d_share": "0",
   "excluded": false,
   "score": "70",
   "weight": "1",
   "amount": 100
  }
 ],
 "allocated": 100,
 "unallocated": 0,
 "note": ""
}
"""
KEPT_TEXT = """\
地区  申报  A档  B档  C档  D档  D档占比  得分  权重  金额（元）
甲       3    2    0    1    0       0%    70     1         100

资金总额：100元　已分配：100元　未分配：0元
全市总数：A档2家，B档0家，C档1家
1家A档折合：约42.86元
1家C档折合：约14.29元
"""


def test_the_grades_of_2020_are_printed_byte_for_byte_as_they_always_were(counts) -> None:
    counts.write_text("region,declared,a,b,c,d\n甲,3,2,0,1,0\n", encoding="utf-8")
    assert run(counts, "--pool", "100", "--json").stdout.decode() == KEPT_JSON
    assert run(counts, "--pool", "100").stdout.decode().startswith(KEPT_TEXT + "\n取整规则：")
    notice = settings.REFERENCE_DIR / "notices" / "2020-5.toml"
    for more in ((), ("--json",)):
        plain, named = (run(counts, "--pool", "100", *terms, *more) for terms in ((), ("--terms", notice)))
        assert (named.stdout, named.stderr) == (plain.stdout, b"")


# Other grades.

MONEY = """
[money]
kind = "factor_share"
failing = "F"
line = "30%"
points = { E = 50, P = 20 }
"""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    file = tmp_path / "money.toml"
    file.write_text(MONEY, encoding="utf-8")
    return file


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
def test_the_money_of_another_notice_has_columns_of_its_own(counts, other) -> None:
    counts.write_text("region,declared,e,p,f\n甲,10,4,4,2\n乙,10,1,6,3\n丙,5,0,5,0\n", encoding="utf-8")
    found = result(counts, "--pool", "15000000", "--terms", other)
    assert found["totals"] == {"e": 5, "p": 15}
    assert list(found["rows"][0]) == [
        "region", "declared", "e", "p", "f", "f_share", "excluded", "score", "weight", "amount",
    ]  # fmt: skip
    assert [row["f_share"] for row in found["rows"]] == ["1/5", "3/10", "0"]
    assert [row["amount"] for row in found["rows"]] == [13_076_923, 0, 1_923_077]
    text = run(counts, "--pool", "15000000", "--terms", other, "--divisor", "hundred").stdout.decode()
    assert text.splitlines()[0].split() == ["地区", "申报", "E", "P", "F", "F占比", "得分", "权重", "金额（元）"]
    assert "权重分母：满分70分（默认为" in text
    assert "淘汰线：含30%：达到30%即不予支持（默认。" in text


def test_a_whole_notice_brings_its_labels_and_the_readings_that_it_starts_from(counts, tmp_path) -> None:
    text = (settings.REFERENCE_DIR / "notices" / "2020-5.toml").read_text(encoding="utf-8")
    file = tmp_path / "notice.toml"
    changed = text.replace('label = "A档"', 'label = "优秀"').replace('cutoff = "inclusive"', 'cutoff = "exclusive"')
    file.write_text(changed, encoding="utf-8")
    done = run(counts, "--pool", "15000000", "--terms", file).stdout.decode()
    assert done.splitlines()[0].split()[2:4] == ["优秀", "B档"]
    assert "淘汰线：不含20%：超过20%才不予支持（默认。默认理由：本年度通知采用此口径。）" in done
    assert result(counts, "--pool", "15000000", "--terms", file)["rows"][1]["amount"] == 4_772_727
    named = result(counts, "--pool", "15000000", "--terms", file, "--cutoff", "inclusive")
    assert named["rows"][1]["amount"] == 0


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff", "--terms 的文件不是 UTF-8 编码的 TOML 文件"),
        (b"a = ", "--terms 的文件不是 UTF-8 编码的 TOML 文件"),
        (b"a = 1", "--terms 的文件中没有 [terms] 或 [money]"),
        (b"money = 3", "资金分配办法只能取factor_share（因素法），不安排资金的留空"),
        (b"money = {}", "该通知没有安排资金"),
        (MONEY.replace("30%", "130%").encode(), "淘汰线应为大于0、不超过100%的比例，例如20%或1/3"),
        (MONEY.replace('"F"', '"E"').encode(), "计入淘汰线的档次应是没有分值的一个档次，例如D"),
        (MONEY.replace("E = 50", "e = 50").encode(), "没有代号为“e”的档次"),
        (MONEY.replace("E = 50", "SCORE = 50").encode(), "档次代号“SCORE”与结果中的列名 score 相同，不能用于本命令"),
    ],
)
def test_terms_that_cannot_be_are_refused_in_one_sentence(counts, other, content, sentence) -> None:
    other.write_bytes(content)
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("allocate", str(counts), pool="5", terms=str(other), stdout=out)
    assert (str(caught.value), caught.value.returncode, out.getvalue()) == (sentence, 2, "")


def test_terms_of_a_notice_that_cannot_be_are_refused(counts, other) -> None:
    other.write_text("[terms]\ntarget = 1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="认定有效期（年）应为1至10的整数，例如3。"):
        call_command("allocate", str(counts), pool="5", terms=str(other))
    text = (settings.REFERENCE_DIR / "notices" / "2020-5.toml").read_text(encoding="utf-8")
    other.write_text(text.replace('divisor = "funded"', 'divisor = "most"'), encoding="utf-8")
    with pytest.raises(CommandError, match=r"^权重分母（divisor）只能取 funded、all、hundred$"):
        call_command("allocate", str(counts), pool="5", terms=str(other))
    with pytest.raises(CommandError, match=r"^文件不存在：nowhere.toml$"):
        call_command("allocate", str(counts), pool="5", terms="nowhere.toml")


def test_the_file_of_counts_must_have_the_columns_of_the_notice(counts, other) -> None:
    with pytest.raises(CommandError, match=r"^第1行：表头必须是 region,declared,e,p,f$"):
        call_command("allocate", str(counts), pool="5", terms=str(other))


def test_the_command_starts_without_the_applications(counts) -> None:
    code = (
        "import sys; from ningbo_windows import light_commands;"
        f"light_commands.run(['manage.py', 'allocate', {str(counts)!r}, '--pool', '5', '--json']);"
        "print([name for name in sys.modules if name in ('django.db.models', 'platforms.models')])"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "ningbo_windows.settings", "NINGBO_MODE": "test"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, cwd=ROOT, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"
