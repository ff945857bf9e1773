"""Fees for services that must be free, as a list of cases: to be explained, explained, decided."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.cases.queries import fee_cases as queries
from platforms.cases.queries.fee_cases import CASE_OPEN, CASE_STATES, CASE_TONES, Choice
from platforms.choices import FreeService
from platforms.pages.access import officer
from platforms.pages.labels import all_regions, yuan
from platforms.pages.lists import Column, Filter, ListPage, Value, day, leads_to, minute, region, short_name, text, word

SERVED, ENTERPRISE, PLATFORM = (
    Column("服务日期", day("served_on")),
    Column("企业", "enterprise__name"),
    Column("窗口平台", short_name("platform")),
)
REGION = region("platform__region__name")


class FeeCases(ListPage):
    """The cases, those that wait first."""

    title = file_title = "公益性服务收费"
    noun = "收费记录"
    lead = "三类公益性服务必须免费。有收费的，由所属地区说明，市经信局核实后处理或移送撤销情形登记。"
    label = "公益性服务收费列表"
    place, file_place = "desk:fee_cases", "desk:fee_case_list"
    filters = (
        Filter("state", "状态", words=CASE_STATES, default=CASE_OPEN, every="", narrows=False),
        Filter("region", "地区", most=12, every="全市", city=True),
        text("platform", "窗口平台", 20),
    )
    columns = (
        SERVED,
        ENTERPRISE,
        Column("状态", Value(("case_state",), lambda state: {"label": CASE_STATES[state], "tone": CASE_TONES[state]})),
        PLATFORM,
        Column("地区", REGION, city=True),
        Column("公益性服务", word("free_category", {"": "已更正为非公益性服务", **dict(FreeService.choices)})),
        Column("收费", Value(("fee",), yuan), num=True),
    )
    file_columns = (
        SERVED,
        PLATFORM,
        Column("平台编号", "platform__code"),
        Column("地区", REGION),
        Column("企业名称", "enterprise__name"),
        Column("公益性服务", word("free_category", FreeService)),
        Column("收费（元）", "fee"),
        Column("服务内容", "summary"),
        Column("状态", word("case_state", CASE_STATES)),
        Column("情况说明", "fee_case__explanation"),
        Column("说明时间", minute("fee_case__explained_at")),
        Column("处理意见", "fee_case__decision"),
        Column("处理时间", minute("fee_case__decided_at")),
    )
    link = leads_to("desk:service_record", "pk")
    none_yet = "没有这一状态的公益性服务收费。"
    choice_type = Choice

    @cached_property
    def tally(self) -> dict[str, int]:
        return queries.tally(self.user, self.choice)

    @cached_property
    def regions(self) -> list[tuple[str, str]]:
        return all_regions()

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.user, self.choice)

    def crumbs(self) -> list[dict[str, str]]:
        return [{"label": "服务", "url": reverse("desk:service_records")}]


index = officer("platforms.view_feecase")(require_safe(FeeCases.page))
export = officer("platforms.view_feecase")(require_safe(FeeCases.file))
