"""Awkward workbooks: what each is told, literally; ``make_corpus`` says how each was spoilt."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from platforms.errors import Refusal
from platforms.models import Town
from tests.platforms.applications.intake.conftest import Judge, states
from tests.platforms.applications.intake.make_corpus import MADE, THROUGH

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T24")]
FOLDER = Path(__file__).parent / "corpus"
Cells = list[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Expected:
    """What becomes of each application, what is wrong (sheet, cell, value, sentence), how odd cells were understood,
    and what the good applications would hold."""

    states: str = ""
    is_broken: bool = False
    errors: Cells = field(default_factory=list)
    readings: Cells = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    refused: str = ""


EXPECTED: dict[str, Expected] = {
    "bad-dates": Expected(
        states="bad bad bad bad bad bad bad",
        errors=[
            ("申报表", "X4", "24/1/2", "“成立日期”看不出哪个是年份，请写四位的年份，如 2024-01-02。"),
            ("申报表", "X5", "2023-02-30", "“成立日期”不是存在的日期，请核对。"),
            ("申报表", "X6", "2015年6月", "“成立日期”没有写明是哪一天，请写成 2015-06-01 的样子。"),
            ("申报表", "X7", "2099-01-01", "日期须在 1900年1月1日至今天之间。"),
            ("申报表", "X8", "去年", "“成立日期”不是日期，请写成 2015-06-01 的样子。"),
            ("申报表", "X9", "60", "“成立日期”不是日期（数字 60），请写成 2015-06-01 的样子。"),
            ("申报表", "X10", "-1", "“成立日期”不是日期（数字 -1），请写成 2015-06-01 的样子。"),
        ],
    ),
    "blank-rows": Expected(states="new new"),
    "cell-without-head": Expected(
        states="bad", errors=[("申报表", "BR4", "多出来的内容", "这一列没有表头，请删除，或移到有表头的列。")]
    ),
    "choices": Expected(
        states="bad",
        errors=[
            (
                "申报表",
                "Q4",
                "国企",
                "“单位性质”不符合选项要求，请填写：机关、事业单位、企业、社会团体、社会服务机构（民办非企业单位）。",
            ),
        ],
        readings=[
            ("申报表", "AB4", "自 有", "按“自有”理解"),
            ("申报表", "AF4", "√", "按“是”理解"),
            ("申报表", "AG4", "True", "按“是”理解"),
        ],
    ),
    "code-as-number": Expected(
        states="bad",
        errors=[
            (
                "申报表",
                "P4",
                "9.13302001119203e+17",
                "“统一社会信用代码”是数字格式，Excel 只保留前 15 位，后面的位数已经丢失，请把单元格设为文本格式后重新填写。",  # noqa: E501
            )
        ],
    ),
    "code-full-width": Expected(
        states="new",
        readings=[("申报表", "P4", "９１３３０２００ 711192037ｍ", "按“91330200711192037M”理解")],
        values=[{"统一社会信用代码": "91330200711192037M"}],
    ),
    "code-in-exponents": Expected(
        states="bad",
        errors=[
            (
                "申报表",
                "P4",
                "9.13302E+17",
                "“统一社会信用代码”已被 Excel 改成科学记数法，原来的位数无法恢复，请把单元格设为文本格式后重新填写。",
            )
        ],
    ),
    "code-one-digit-wrong": Expected(
        states="bad",
        errors=[("申报表", "P4", "91330200711192038M", "统一社会信用代码的校验位不符，请对照证书逐位核对。")],
    ),
    "dates": Expected(
        states="new new new new new new new",
        readings=[
            ("申报表", "X4", "2015年6月1日", "按 2015-06-01 理解"),
            ("申报表", "X5", "2015/6/1", "按 2015-06-01 理解"),
            ("申报表", "X6", "2015.06.01", "按 2015-06-01 理解"),
            ("申报表", "X7", "２０１５－０６－０１", "按 2015-06-01 理解"),
            ("申报表", "X8", "20150601", "按 2015-06-01 理解"),
            ("申报表", "X9", "42156", "按 2015-06-01 理解（Excel 的日期序号）"),
            ("申报表", "X10", "2015-06-01 09:30:00", "按 2015-06-01 理解，时刻不计"),
        ],
        values=[
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
        ],
    ),
    "double-head": Expected(
        states="new",
        is_broken=True,
        errors=[("申报表", "K3", "地址", "表头“地址”与 H3 重复，同一列只能有一个。")],
        readings=[("申报表", "", "", "没有“开放时间”列，已存的内容不变")],
    ),
    "double-key": Expected(
        states="bad bad",
        errors=[("申报表", "A5", "０１", "序号与第 4 行重复，每份申报须有自己的序号。")],
        readings=[("申报表", "A5", "０１", "按序号“1”理解")],
    ),
    "empty-once": Expected(
        states="bad bad",
        errors=[
            ("申报表", "C4", "", "“类型”没有填写，必须填写。"),
            ("申报表", "D5", "", "请选择设立窗口平台的乡镇（街道）。"),
            ("服务内容", "E3", "", "“免费”没有填写，必须填写。"),
        ],
    ),
    "error-values": Expected(
        states="bad", errors=[("申报表", "AH4", "#REF!", "“服务企业（家）”是 Excel 的错误值，请改正。")]
    ),
    "foreign": Expected(refused="这份工作簿不是从本系统下载的批量填报模板，请下载模板，把内容填入模板后再上传。"),
    "formulas": Expected(
        states="bad",
        errors=[
            ("申报表", "H4", "公式", "“地址”是公式，请复制后选择性粘贴为数值。"),
            ("申报表", "AC4", "公式", "“服务窗口（个）”是公式，请复制后选择性粘贴为数值。"),
        ],
    ),
    "hidden-column": Expected(
        states="new",
        is_broken=True,
        errors=[("申报表", "H3", "", "H 列被隐藏，请取消隐藏，核对后重新上传。")],
        values=[{"地址": "某路1号"}],
    ),
    "hidden-row": Expected(
        states="new bad", errors=[("申报表", "A5", "", "第 5 行被隐藏或被筛选掉，请取消隐藏，核对后重新上传。")]
    ),
    "hidden-sheet": Expected(
        states="new",
        is_broken=True,
        errors=[("运营人员", "", "", "工作表“运营人员”被隐藏，请取消隐藏，核对后重新上传。")],
        values=[{"运营人员": ["姓名：王一，性别：女，学历：本科，岗位：主任，专职：是，企业服务年限（年）：5"]}],
    ),
    "invisible-signs": Expected(
        states="new",
        readings=[
            ("申报表", "H4", "某路 1号", "已去掉看不见的字符"),
            ("申报表", "T4", "张\u200b三", "已去掉看不见的字符"),
        ],
        values=[{"地址": "某路 1号", "开放时间": "工作日", "联系人": "张三"}],
    ),
    "libreoffice-dates": Expected(
        states="new new new new new new new",
        readings=[
            ("申报表", "X4", "2015年6月1日", "按 2015-06-01 理解"),
            ("申报表", "X5", "2015/6/1", "按 2015-06-01 理解"),
            ("申报表", "X6", "2015.06.01", "按 2015-06-01 理解"),
            ("申报表", "X7", "２０１５－０６－０１", "按 2015-06-01 理解"),
            ("申报表", "X8", "20150601", "按 2015-06-01 理解"),
            ("申报表", "X10", "2015-06-01 09:30:00", "按 2015-06-01 理解，时刻不计"),
        ],
        values=[
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
            {"成立日期": "2015-06-01"},
        ],
    ),
    "libreoffice-formulas": Expected(
        states="bad",
        errors=[
            ("申报表", "H4", "公式", "“地址”是公式，请复制后选择性粘贴为数值。"),
            ("申报表", "AC4", "公式", "“服务窗口（个）”是公式，请复制后选择性粘贴为数值。"),
        ],
    ),
    "libreoffice-hidden-row": Expected(
        states="new bad", errors=[("申报表", "A5", "", "第 5 行被隐藏或被筛选掉，请取消隐藏，核对后重新上传。")]
    ),
    "libreoffice-invisible-signs": Expected(
        states="new",
        readings=[
            ("申报表", "H4", "某路 1号", "已去掉看不见的字符"),
            ("申报表", "T4", "张\u200b三", "已去掉看不见的字符"),
        ],
        values=[{"地址": "某路 1号", "开放时间": "工作日", "联系人": "张三"}],
    ),
    "libreoffice-merged-data": Expected(
        states="new bad",
        is_broken=True,
        errors=[("申报表", "C4", "乡镇（街道）窗口平台", "C4:C5 是合并单元格，请取消合并，逐格填写。")],
    ),
    "libreoffice-odd-heads": Expected(
        states="new",
        readings=[
            ("申报表", "G3", "自定名称的理由", "按表头“名称调整理由”理解"),
            ("申报表", "U3", "联系人 手 机", "按表头“联系人手机”理解"),
        ],
        values=[{"联系人手机": "13800138000", "服务场地面积（㎡）": "120.5"}],
    ),
    "libreoffice-plain": Expected(states="new", values=[{"地址": "某路1号", "联系人": "张三"}]),
    "libreoffice-text-like-formula": Expected(states="new", values=[{"地址": "=1+1", "平台简介": "-负责辖区服务"}]),
    "mac-dates": Expected(states="new", values=[{"成立日期": "2015-06-01"}]),
    "merged-data": Expected(
        states="new bad",
        is_broken=True,
        errors=[("申报表", "C4", "乡镇（街道）窗口平台", "C4:C5 是合并单元格，请取消合并，逐格填写。")],
    ),
    "missing-column": Expected(
        states="new",
        is_broken=True,
        errors=[("运营人员", "", "", "缺少“手机”列，请使用下载的模板填写。")],
        readings=[("申报表", "", "", "没有“开放时间”列，已存的内容不变")],
        values=[
            {
                "地址": "某路1号",
                "运营人员": ["姓名：王一，性别：女，学历：本科，岗位：主任，专职：是，企业服务年限（年）：5"],
            }
        ],
    ),
    "missing-sheet": Expected(
        states="",
        is_broken=True,
        errors=[("申报表", "", "", "缺少工作表“申报表”，请使用下载的模板填写，不要改动工作表的名称。")],
        readings=[("申报", "", "", "不在模板中的工作表，没有读取")],
    ),
    "more-sheets": Expected(
        states="new",
        readings=[
            ("汇总", "", "", "不在模板中的工作表，没有读取"),
            ("合作机构", "", "", "没有这张工作表，已存的内容不变"),
        ],
    ),
    "more-titles": Expected(states="new"),
    "no-key": Expected(states="bad", errors=[("申报表", "A4", "", "“序号”没有填写，必须填写。")]),
    "nothing": Expected(
        states="", is_broken=True, errors=[("申报表", "", "", "工作表“申报表”没有填写内容，请从表头的下一行起填写。")]
    ),
    "numbers": Expected(
        states="bad",
        errors=[
            ("申报表", "AA4", "1,200", "“服务场地面积（㎡）”不是数字，请只填数字，不写单位、逗号和文字，如 1200。"),
            ("申报表", "AH4", "12.5", "“服务企业（家）”不是整数，请核对。"),
        ],
        readings=[("申报表", "AC4", "３", "按 3 理解"), ("申报表", "AD4", "2间", "按 2 理解")],
    ),
    "odd-heads": Expected(
        states="new",
        readings=[
            ("申报表", "G3", "自定名称的理由", "按表头“名称调整理由”理解"),
            ("申报表", "U3", "联系人 手 机", "按表头“联系人手机”理解"),
        ],
        values=[{"联系人手机": "13800138000", "服务场地面积（㎡）": "120.5"}],
    ),
    "orphans": Expected(
        states="new",
        is_broken=True,
        errors=[("运营人员", "A4", "7", "“申报表”中没有序号为“7”的申报，涉及 2 行。")],
        values=[{"运营人员": ["姓名：王一，性别：女，学历：本科，岗位：主任，专职：是，企业服务年限（年）：5"]}],
    ),
    "park-and-town": Expected(
        states="bad",
        errors=[
            ("申报表", "D4", "姜山镇", "小微企业园窗口平台不填写乡镇（街道）。"),
            ("申报表", "E4", "没有的园", "本地区的小微企业园名单中没有“没有的园”；名单由市经信局导入。"),
        ],
    ),
    "phones": Expected(
        states="bad",
        errors=[
            (
                "申报表",
                "V4",
                "57487654321",
                "“联系人办公电话”是数字格式，区号开头的 0 可能已被 Excel 去掉，请把单元格设为文本格式后重新填写。",
            )
        ],
        readings=[
            ("申报表", "L4", "０５７４－８７６５４３２１", "按“0574-87654321”理解"),
            ("申报表", "U4", "13800138000", "按号码“13800138000”理解"),
        ],
    ),
    "plain": Expected(states="new", values=[{"地址": "某路1号", "联系人": "张三"}]),
    "rows-that-contradict": Expected(
        states="bad",
        errors=[
            ("服务内容", "E3", "否", "三项公益性服务须免费，不得填写收费标准。"),
            ("服务内容", "B4", "涉企政策宣传解读和申报辅导", "每项服务只能是公益性服务或八类服务之一。"),
            ("管理制度", "B4", "收费标准", "同一类制度只需填写一次。"),
        ],
    ),
    "second-head": Expected(
        states="new new", is_broken=True, errors=[("申报表", "A5", "序号", "第 5 行又是一行表头，请删除。")]
    ),
    "serials": Expected(
        states="bad bad new",
        errors=[
            ("申报表", "X4", "日期序号 60", "“成立日期”不是存在的日期（日期序号 60），请写成 2015-06-01 的样子。"),
            ("申报表", "X5", "日期序号 -1", "“成立日期”不是存在的日期（日期序号 -1），请写成 2015-06-01 的样子。"),
        ],
        values=[{}, {}, {"成立日期": "2015-06-01"}],
    ),
    "strange-head": Expected(
        states="new",
        is_broken=True,
        errors=[("申报表", "BH3", "进度", "表头“进度”不在模板中，请改正或删除这一列；自用的说明请用“备注”作表头。")],
        readings=[("申报表", "BI3", "备注（内部）", "自用的备注列，没有读取")],
    ),
    "text-like-formula": Expected(states="new", values=[{"地址": "=1+1", "平台简介": "-负责辖区服务"}]),
    "too-long": Expected(
        states="bad",
        errors=[
            (
                "申报表",
                "T4",
                "张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张……",
                "“联系人”最多 40 个字，现为 41 个字。",
            ),
            ("申报表", "F4", "短", "平台名称须为 4 至 80 个字，现为 1 个字。"),
        ],
    ),
    "town-by-code": Expected(states="new"),
    "type-of-others": Expected(
        states="bad",
        errors=[
            (
                "申报表",
                "C4",
                "重点行业窗口平台",
                "“类型”不符合选项要求，请填写：乡镇（街道）窗口平台、小微企业园窗口平台。",
            )
        ],
    ),
    "unknown-town": Expected(
        states="bad", errors=[("申报表", "D4", "慈城镇", "本地区没有名称或代码为“慈城镇”的乡镇（街道）。")]
    ),
    "without-addresses": Expected(states="new", values=[{"地址": "某路1号", "联系人": "张三"}]),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_awkward_workbook_is_told_literally(name: str, towns: list[Town], judge: Judge) -> None:
    expected, content = EXPECTED[name], (FOLDER / f"{name}.xlsx").read_bytes()
    if expected.refused:
        with pytest.raises(Refusal) as caught:
            judge(content)
        assert str(caught.value) == expected.refused
        return
    judged = judge(content)
    assert [(each.sheet, each.cell, each.value, each.sentence) for each in judged.findings] == expected.errors
    assert [(each.sheet, each.cell, each.value, each.understood) for each in judged.readings] == expected.readings
    assert " ".join(states(judged)) == expected.states
    assert judged.is_broken == expected.is_broken
    values = [
        {label: new for _, told in each.plan.changes() for label, (_, new) in told.items()}
        if each.plan and not each.is_bad
        else {}
        for each in judged.judged
    ]
    assert (values if any(values) else []) == expected.values


def test_the_corpus_is_whole() -> None:
    made = {*MADE, *(f"libreoffice-{name}" for name in THROUGH), "without-addresses", "foreign"}
    assert {path.stem for path in FOLDER.glob("*.xlsx")} == set(EXPECTED) == made
    assert len(EXPECTED) >= 25
