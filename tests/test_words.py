"""What an officer reads is written as an officer writes it: no phrase of the list stands in any text of the product."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from ningbo_windows.settings import BASE_DIR

#: Reads like a translation, or is a second name of a thing: what is said instead.
INSTEAD = {
    "带入以往": "引用历史申报内容",
    "这一部分还缺": "本部分还有 5 项未填",
    "这些地方": "以下栏目",
    "写法不对": "格式有误",
    "找不到对应": "无对应信息",
    "怎样理解": "识别结果",
    "怎样写入": "写入规则",
    "不在可选范围": "不符合选项要求，请填写：",
    "只能填": "请填写",
    "没有写入任何": "尚未写入数据",
    "没有读到内容": "未识别到内容",
    "没有作任何": "未作变更",
    "需要哪些附件": "附件清单",
    "已收下": "上传成功",
    "没有收下": "上传失败",
    "格式的文件。": "仅支持 pdf、jpg 格式。",
    "含宏的文件不收": "不支持含宏文件",
    "看得到场地": "须清晰显示场地设施",
    "请留意": "请注意",
    "先看条件": "申报条件自查",
    "已了解条件": "已知晓申报条件",
    "改选类型": "重新选择类型",
    "上门办事的地址": "企业办事地址",
    "自定名称的理由": "名称调整理由",
    "全部留空的行": "空行不予保存",
    "没有做过调查": "未开展调查的可不填",
    "企业没有说": "企业未评价的",
    "知道这个地址的人": "凭本链接即可填写，请勿转发",
    "当场生成": "即时生成",
    "全部都不上报": "整批不予上报",
    "开出整改": "下发整改通知",
    "开出过": "下发过",
    "发现一方": "发现单位",
    "随机种子": "抽样随机数",
    "收了什么费": "收费项目",
    "两者都要": "须同时填写",
    "叫这个名称": "同名企业",
    "只有您知道的地址": "个人专用订阅地址",
    "待复制发送": "待人工发送",
    "复制并发送": "人工发送通知",
    "没有送出的邮件": "未送达邮件",
    "评价中”": "申报已截止",
    "申报库": "历年申报",
    "还没有": "尚未上报；暂无备注",
    "最近保存": "更新时间",
    "受理通过": "已受理",
    "结构化文件": "JSON 数据",
    "投诉建议": "投诉",
    'title="投诉平台"': "投诉",
    "取用数据": "数据下载",
    "未建成的": "尚未覆盖",
    "认定撤销情形": "核实撤销情形",
    "分文不得": "完全不予支持",
    "替代的测算": "被更正的测算",
    "另行取值": "改变口径",
    "已办理“": "已受理 2026-0005",
    "看下一个": "并转下一个",
    "成功添加了": "已建立",
    "您可以在下面再次编辑": "可继续填写",
    "选中了": "已选 0 份，共 17 份",
}
#: What a former template says is read, and told to nobody.
READ = {"自定名称的理由": '"自定名称的理由"'}
FOLDERS = ("platforms", "evaluation", "funding", "ningbo_windows", "templates", "static/js")


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of what may be read by people: whole templates, the strings of code."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(re.sub(r"{% comment %}.*?{% endcomment %}", "", source, flags=re.S).splitlines(), start=1)
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING and not token.string.startswith(('"""', 'r"')):
            yield token.start[0], token.string


def written() -> list[tuple[str, str]]:
    """Return every text of the product with its place."""
    found = []
    for folder in FOLDERS:
        for path in sorted((BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".js", ".txt", ".typ") and "migrations" not in path.parts:
                place = path.relative_to(BASE_DIR)
                found += [(f"{place}:{line}", text) for line, text in texts_of(path)]
    return found


@pytest.fixture(scope="module")
def everything() -> list[tuple[str, str]]:
    return written()


@pytest.mark.parametrize("phrase", INSTEAD)
def test_no_text_says_it_like_a_translation(everything: list[tuple[str, str]], phrase: str) -> None:
    found = [place for place, text in everything if phrase in text and text != READ.get(phrase)]
    assert found == [], f"instead: {INSTEAD[phrase]}"


def test_the_words_come_from_where_people_read(everything: list[tuple[str, str]]) -> None:
    assert len(everything) > 20_000
    assert any("申报条件自查" in text for _, text in everything)
