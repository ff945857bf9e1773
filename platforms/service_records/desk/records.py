"""Service records at the desk: the list, paged by key, and its file; one page for counties and the city."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.choices import ServiceClass
from platforms.excel.list_file import MOST_IN_SHEET
from platforms.models import Platform
from platforms.pages.access import officer
from platforms.pages.labels import all_regions
from platforms.pages.lists import Filter, ListPage, leads_to, text
from platforms.service_records.choices import ServiceChannel
from platforms.service_records.desk.labels import COLUMNS, FILE_COLUMNS, FREE, SOURCES
from platforms.service_records.queries import records as queries
from platforms.service_records.queries.records import Key, RecordFilters

#: What the list asks for beside what is in force.
STATES = {"flagged": "公益性服务收费", "cancelled": "已作废", "all": "全部"}
#: A month is written so in the address: 2026-04.
MONTH = "[12][0-9]{3}-(0[1-9]|1[0-2])"


class ServiceRecords(ListPage):
    """The newest records, or those next to a key."""

    title = noun = file_title = "服务记录"
    lead = "各窗口平台的服务，由接口、表格和手工登记汇集。"
    label = "服务记录列表"
    place, file_place = "desk:service_records", "desk:service_list"
    file_permission = "platforms.export_servicerecord"
    template = "service_records/service_records.html"
    search = "企业名称或统一社会信用代码"
    search_template = "service_records/service_filter.html"
    asked = ("q", "platform", "since", "until")
    filters = (
        Filter("state", "状态", words=STATES, every="有效"),
        Filter("free", "公益性服务", words={str(value): label for value, label in FREE.items()}),
        Filter("class", "服务类别", words=dict(ServiceClass.choices)),
        Filter("channel", "方式", words=dict(ServiceChannel.choices)),
        Filter("source", "来源", words=SOURCES),
        Filter("region", "地区", most=12, every="全市", city=True),
        text("platform", "窗口平台", 20),
        text("q", "企业"),
        text("since", "自", pattern=MONTH),
        text("until", "至", pattern=MONTH),
    )
    columns, file_columns = COLUMNS, FILE_COLUMNS
    link = leads_to("desk:service_record", "pk")
    none_yet = "暂无服务记录。"
    none_text = "平台联通后由接口报送，也可以用表格导入或手工登记。"

    @cached_property
    def choice(self) -> RecordFilters:
        asked, state = self.values, self.values["state"]
        return RecordFilters(
            platform=asked["platform"],
            region=asked["region"],
            enterprise=asked["q"],
            service_class=asked["class"],
            free_category=asked["free"],
            channel=asked["channel"],
            source=asked["source"],
            since=_first_day(asked["since"]) if asked["since"] else None,
            until=_last_day(asked["until"]) if asked["until"] else None,
            flagged=state == "flagged",
            cancelled={"cancelled": True, "all": None}.get(state, False),
        )

    @cached_property
    def regions(self) -> list[tuple[str, str]]:
        return all_regions()

    def rows(self) -> QuerySet[Any]:
        return queries.chosen(self.user, self.choice).order_by("-served_on", "-pk")

    def shown(self, fields: Sequence[str]) -> tuple[Iterable[Sequence[Any]], dict[str, Any]]:
        get = self.request.GET
        if get.get("end"):
            page = queries.last_page_of(self.user, filters=self.choice, fields=fields)
        else:
            after, before = Key.read(get.get("after", "")), Key.read(get.get("before", ""))
            page = queries.page_of(self.user, filters=self.choice, after=after, before=before, fields=fields)
        return page.rows, self.next_to(page.before, page.after)

    def counted(self, kind: str) -> tuple[int | None, str]:
        if kind == "csv":
            return None, kind
        count = self.rows()[: MOST_IN_SHEET + 1].count()
        return (count, kind) if count <= MOST_IN_SHEET else (None, "csv")

    def buttons(self) -> list[dict[str, Any]]:
        fees = {"label": "公益性服务收费", "url": reverse("desk:fee_cases"), "kind": "plain"}
        if not self.user.has_perm("platforms.add_servicerecord"):
            return [fees]
        return [
            {"label": "登记", "url": reverse("desk:service_entry"), "kind": "main", "first": True},
            {"label": "表格导入", "url": reverse("desk:service_sheet"), "kind": "plain"},
            fees,
        ]

    def extra(self) -> dict[str, Any]:
        platforms = Platform.objects.visible_to(self.user).order_by("code")
        return {"platforms": list(platforms.values_list("code", "name"))}


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _last_day(month: str) -> date:
    return (_first_day(month) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


index = officer("platforms.view_servicerecord")(require_safe(ServiceRecords.page))
export = officer("platforms.export_servicerecord")(require_safe(ServiceRecords.file))
