"""The page that shows every component of the look with invented values; exists in debug only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static

from funding.derivation import derive
from funding.formula import allocate
from funding.money import FIRST
from funding.readings import Reading
from funding.tally import Tally
from platforms.files.queries import Picture
from platforms.identity import ours
from platforms.pages import maps
from platforms.pages.cell_grid import Answer, Column, Kind, cell_of, read_cells
from platforms.pages.charts import Chart
from platforms.pages.plot import Drawn, plot
from platforms.reference.clusters import Point
from platforms.reference.map_pictures import Area, picture
from platforms.reference.map_pictures import Drawn as MapDrawn
from platforms.reference.map_pictures import Kind as MapKind
from platforms.reference.map_views import whole
from platforms.workbench.agenda import LATE, OTHERS, REST, WEEK, Line, Part

_PLACES = ours().examples
_NAMES = [f"{_PLACES.region}{town}中小企业公共服务窗口平台" for town in (_PLACES.other_town, _PLACES.town)]

_COLUMNS = (
    Column("venue", "场地", unit="分", low=Decimal(0), most=Decimal(10), places=1),
    Column("licence", "证照齐全", Kind.YES_NO),
    Column("note", "说明", Kind.TEXT, most=40),
    Column("points", "得分", Kind.READONLY, unit="分", places=1),
)


_MARKS = (MapKind("circle", "good", "A档", solid=True), MapKind("triangle", "wait", "C档"))


def _map() -> dict[str, Any]:
    """Return a map with a mark of one platform and one of two."""
    drawing = maps.drawing()
    points = tuple(
        Point(str(key), x, y, key % 2, _NAMES[0], "") for key, (x, y) in enumerate([(200, 280), (200, 280), (420, 500)])
    )
    areas = tuple(Area(each.code, each.name, each.name, each.x, each.y) for each in drawing.counties)
    view = whole(drawing)
    drawn = MapDrawn(drawing, _MARKS, points, areas)
    return picture(drawn, view, view, chosen="2", mark_url=lambda _: "#map", view_url=lambda _: "#map")


_MONTHS = Chart(
    key="sample-months",
    title="第二季度服务 870 次，七成免费",
    shape="columns",
    unit="次",
    head=("月份", "免费", "收费"),
    rows=(("4月", "", (180, 90)), ("5月", "", (200, 80)), ("6月", "", (230, 90))),
    total=True,
)


class SampleForm(forms.Form):
    """One field of each kind, so that labels, units, hints and errors can be looked at."""

    name = forms.CharField(label="平台名称", max_length=60, help_text="按营业执照上的全称填写，如：某某服务有限公司。")
    kind = forms.ChoiceField(
        label="平台类别",
        choices=[("zone", "开发园区窗口平台"), ("town", "乡镇（街道）窗口平台"), ("park", "园区窗口平台")],
        widget=forms.RadioSelect,
    )
    site = forms.ChoiceField(
        label="所在街道", choices=[("", "请选择"), ("1", _PLACES.town), ("2", _PLACES.other_town)], required=False
    )
    area = forms.DecimalField(
        label="运营场地面积",
        help_text="用于核对认定条件，按租赁合同填写。",
        widget=forms.NumberInput(attrs={"data-unit": "平方米"}),
    )
    opened = forms.DateField(label="运营起始日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    services = forms.MultipleChoiceField(
        label="服务内容",
        required=False,
        choices=[("1", "信息服务"), ("2", "融资服务"), ("3", "创业辅导"), ("4", "人才培训")],
        widget=forms.CheckboxSelectMultiple,
    )
    plan = forms.CharField(
        label="年度工作打算", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    licence = forms.FileField(
        label="营业执照扫描件", required=False, help_text="可上传 pdf、jpg、png 文件，不超过 10 MB。"
    )


def components(request: HttpRequest) -> HttpResponse:
    """Show every component on one page; 404 unless ``DEBUG`` is on.

    Its sheet is saved nowhere: what may stand is answered as saved.
    """
    if not settings.DEBUG:
        raise Http404
    if request.content_type == "application/json":
        cells, refused = read_cells(request.body, _COLUMNS)
        return JsonResponse(Answer(_COLUMNS, saved=list(cells), refused=list(refused)).as_json())
    return render(request, "desk/components.html", sample_context())


#: Two regions that share the money of a year.
_COUNTS = (Tally("某甲区", 10, {"A": 4, "B": 3, "C": 2, "D": 1}), Tally("某乙区", 5, {"A": 3, "B": 1, "C": 1}))


def sample_context() -> dict[str, Any]:
    """Return what ``templates/desk/components.html`` needs."""
    wrong = SampleForm({"name": "", "kind": "", "area": "约两百", "plan": "面向辖区企业开展上门服务。"})
    wrong.is_valid()
    platforms = [
        (_NAMES[0], _PLACES.region, "已认定", "good", "86.5", "925.00", "9,250,000"),
        ("某某新区中小企业公共服务窗口平台", "某某新区", "公示中", "wait", "71.0", "48.20", "482,000"),
        (_NAMES[1], _PLACES.region, "已撤销", "bad", "42.0", "0.00", "0"),
        ("某某县某某镇中小企业公共服务窗口平台", "某某县", "待核定", "info", "64.5", "31.00", "310,000"),
    ]
    return {
        "picture": Picture(static("icons/favicon.svg"), "", 480, 480, "网站图标"),
        "ahead": {"url": "#", "left": 16},
        "phone": {"text": "138****5678", "url": "#", "whose": "联系人 赵*"},
        "crumbs": [{"label": "工作台", "url": "/desk/"}, {"label": "组件", "url": ""}],
        "moves": [
            {"label": "受理", "url": "#", "kind": "main"},
            {"label": "打印", "url": "#", "kind": "plain"},
            {"label": "退回补正", "url": "#", "kind": "danger"},
        ],
        "badges": [
            {"label": "已认定（有效期至2023年9月27日）", "tone": "good"},
            {"label": "即将到期", "tone": "wait"},
            {"label": "已退回（3 处需补正）", "tone": "bad"},
            {"label": "已提交", "tone": "info"},
            {"label": "草稿", "tone": "neutral"},
        ],
        "groups": [
            {
                "label": "状态",
                "options": [
                    {"label": "全部", "url": "?", "active": True, "count": 98},
                    {"label": "已提交", "url": "?status=submitted", "active": False, "count": 12},
                    {"label": "已退回", "url": "?status=returned", "active": False, "count": 3},
                ],
            },
            {
                "label": "区县（市）",
                "options": [
                    {"label": name, "url": "?", "active": index == 2, "count": None}
                    for index, name in enumerate(
                        ["全部", "某甲区", _PLACES.region, "某乙区", "某丙区", "某丁市", "某戊市", "某己县"]
                    )
                ],
            },
        ],
        "columns": [
            {"label": "平台", "sort_url": "?sort=name", "sorted": "asc"},
            {"label": "区县（市）"},
            {"label": "状态"},
            {"label": "得分", "unit": "分", "num": True},
            {"label": "分配资金", "unit": "万元", "num": True, "sort_url": "?sort=money"},
        ],
        "rows": [
            {"url": "#", "cells": [name, region, {"label": state, "tone": tone}, score, {"wan": wan, "yuan": yuan}]}
            for name, region, state, tone, score, wan, yuan in platforms
        ],
        "total": ["合计", "", "", "", "1,004.20"],
        "page": Paginator(range(98), 25).page(1),
        "derivation": derive(allocate(_COUNTS, None, 15_000_000, Reading(), FIRST), 0),
        "pairs": [
            {
                "label": "运营单位",
                "value": "某某企业服务有限公司",
                "hint": f"统一社会信用代码 {_PLACES.credit_code('91', 'MA0000001')}",
            },
            {"label": "运营场地面积", "value": "260", "unit": "平方米"},
            {"label": "年服务收入", "value": None, "unit": "万元"},
            {"label": "专职人员", "value": "6", "unit": "人", "changed": True},
        ],
        "events": [
            {
                "when": "今天 14:05",
                "who": "市经信局 李*",
                "what": "退回补正",
                "why": "运营场地面积与租赁合同不一致，请核对后重新提交。",
            },
            {"when": "11月20日 09:12", "who": f"{_PLACES.region} 张*", "what": "提交", "why": ""},
            {"when": "11月18日 16:40", "who": f"{_PLACES.region} 张*", "what": "新建草稿", "why": ""},
        ],
        "anchors": [
            {"key": "applications", "title": "申报", "count": 3},
            {"key": "certificates", "title": "认定证书", "count": 1},
            {"key": "history", "title": "经过"},
        ],
        "timeline": {
            "first": "2020-03-18",
            "last": "2020-09-28",
            "has_mark": True,
            "rows": [
                {
                    "label": "第一阶段：申报",
                    "days": "2020-03-18 至 2020-04-17",
                    "state": {"label": "已结束", "tone": "good"},
                    "parts": [{"x": 0, "width": 159, "tone": "good"}],
                    "mark": 300,
                },
                {
                    "label": "第二阶段：联通与整改",
                    "days": "2020-04-18 至 2020-05-20",
                    "state": {"label": "进行中，还有 5 天", "tone": "info"},
                    "parts": [{"x": 159, "width": 169, "tone": "info"}],
                    "mark": 300,
                },
            ],
        },
        "bars": [
            {
                "label": _PLACES.region,
                "places": 4,
                "used": 5,
                "left": 0,
                "note": "超出 1 个",
                "parts": [
                    {"x": 0, "width": 800, "tone": "info"},
                    {"x": 800, "width": 200, "tone": "bad"},
                ],
            },
            {
                "label": "另一地区",
                "places": 5,
                "used": 2,
                "left": 3,
                "note": "",
                "parts": [
                    {"x": 0, "width": 1000, "tone": "ground"},
                    {"x": 0, "width": 400, "tone": "info"},
                ],
            },
        ],
        "sections": [
            {"label": "基本情况", "url": "#", "state": "done", "gaps": 0},
            {"label": "场地与设施", "url": "#", "state": "gaps", "gaps": 2, "current": True},
            {"label": "人员", "url": "#", "state": "open", "gaps": 4},
        ],
        "phases": [
            {"label": "申报", "dates": "3月18日至4月30日", "state": "done"},
            {"label": "建设", "dates": "5月1日至8月31日", "state": "current", "note": "还有 12 天"},
            {"label": "评价", "dates": "9月1日至9月20日", "state": "coming"},
            {"label": "公示", "dates": "9月21日至9月27日", "state": "coming"},
        ],
        "todo": [
            Part(LATE, (Line("补正被退回的申报表", 3, "#", "已逾期 2 天", "bad"),)),
            Part(WEEK, (Line("核对运营单位交回的申报表", 1, "#", "还有 3 天", "wait"),)),
            Part(REST, (Line("完成并提交草稿", 12, "#", "最早 11月18日", ""),)),
            Part(OTHERS, (Line("督办逾期未办结的投诉（区县）", 2, "#", "已逾期 9 天", "bad"),)),
        ],
        "used": [
            {"label": _PLACES.region, "value": 8, "most": 15, "said": "8 / 15 个", "url": "#"},
            {"label": "超出名额的地区", "value": 3, "most": 3, "said": "3 / 2 个，超出 1 个", "url": "#", "over": True},
        ],
        "months": Drawn(_MONTHS, plot(_MONTHS), "各月服务次数"),
        "watched": [
            {"label": "后台处理程序", "value": "运行正常", "url": "#", "tone": "good"},
            {"label": "未送达邮件", "value": "2 封", "tone": "bad"},
        ],
        "grid_columns": [
            {"label": "服务企业数", "max": 30},
            {"label": "满意度", "max": 20},
            {"label": "场地", "max": 10},
            {"label": "人员", "max": 10},
        ],
        "grid_rows": [
            {
                "label": name[:10],
                "url": "#",
                "note": region,
                "cells": [
                    {"name": f"s{row}_{column}", "value": 8 + column, "max": 30, "changed": row == 1 and column == 2}
                    for column in range(4)
                ],
                "total": "38",
            }
            for row, (name, region, *_rest) in enumerate(platforms)
        ],
        "cell_columns": _COLUMNS,
        "cell_rows": [
            {
                "pk": row,
                "label": platform[0],
                "pane_url": "/desk/components/",
                "cells": [
                    cell_of(column, value)
                    for column, value in zip(_COLUMNS, ("7.5", "yes", "标识清晰", platform[4]), strict=True)
                ],
            }
            for row, platform in enumerate(platforms, start=1)
        ],
        "names": _NAMES,
        "map": _map(),
        "map_legend": _MARKS,
        "map_notes": maps.notes(),
        "code": f"{ours().certificate_prefix}2020-001",
        "region": _PLACES.region,
        "site": _PLACES.other_town[:2],
        "effects": ["生成 98 张证书并编号，有效期自2020年9月28日起3年。", "公众网站即时显示认定结果。"],
        "keep": [],
        "sample": SampleForm(),
        "wrong": wrong,
        "formats": ["xlsx", "csv"],
    }
