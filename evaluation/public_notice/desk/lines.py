"""What the opened notices say of a county's own platforms, those that are not public with their reasons included."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.models import NoticeLine
from evaluation.public_notice.choices import NoticeStatus
from evaluation.public_notice.queries import notices
from evaluation.public_notice.running import TONES, Period
from platforms.choices import Role
from platforms.excel.list_file import Row
from platforms.models import Region
from platforms.notices.terms import grade_label
from platforms.pages.access import officer
from platforms.pages.lists import TODAY, Column, Filter, ListPage, Value, Words, minute, region, short_name, text
from platforms.pages.years import NAME, ONE_YEAR, by_year, round_here, years_of

CITY = "city"
STATE = ("notice__status", "notice__starts_on", "notice__ends_on", TODAY)


def _state(status: str, first: Any, last: Any, today: Any) -> dict[str, str]:
    now = Period(first, last, stopped=status == NoticeStatus.STOPPED).state(today)
    return {"label": now.value, "tone": TONES[now]}


class NoticeLines(ListPage):
    """The lines of the notices of one round: the county's own, the city's over all regions; older versions too."""

    unit = "个"
    title = file_title = label = "公示名单"
    noun, unit = "公示平台", "条"
    lead = "拟不予认定的平台不对外公示，由所在地转告运营单位；变动的平台新旧版本一并列出。"
    search = "平台名称或平台编号"
    place, file_place = "evaluation:notice_lines", "evaluation:notice_line_list"
    filters = (
        Filter("public", "对外公示", words={"yes": "公示", "no": "不公示"}, some=False),
        Filter("changed", "变动", words={"yes": "有变动"}),
        Filter("region", "地区", most=12, city=True),
        text("q", "查找"),
        ONE_YEAR,
    )
    link = None
    none_yet = "本年度尚未公示拟认定名单。"
    size = 50

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns; grades are called as the notice of the year calls them."""
        terms = round_here(self.request).terms
        return (
            Column("平台编号", "code"),
            Column("平台名称", short_name("", ("site_name",))),
            Column("地区", region(), city=True),
            Column("运营单位", "operator_name"),
            Column("拟评档次", Value(("grade",), lambda code: grade_label(terms, code))),
            Column("对外公示", Value(("is_public",), lambda public: "公示" if public else "不公示")),
            Column("理由", "reasons"),
            Column("版本", "version", num=True),
            Column("变动理由", "change_reason"),
            Column("列入时间", minute("made_at")),
            Column("公示编号", "notice__number", opens=Value(("notice__number",), _page)),
            Column("状态", Value(STATE, _state)),
        )

    @property
    def file_columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns of the file: states as words."""
        word = Column("状态", Value(STATE, lambda *facts: _state(*facts)["label"]))
        return (*(each for each in self.shown_columns() if each.label != "状态"), word)

    def _rows(self) -> QuerySet[NoticeLine]:
        rows: QuerySet[NoticeLine] = NoticeLine.objects.visible_to(self.user)
        return rows.filter(notice__round=round_here(self.request), notice__status__in=notices.RELEASED)

    def rows(self) -> QuerySet[Any]:
        rows = self._rows()
        if self.values["public"]:
            rows = rows.filter(is_public=self.values["public"] == "yes")
        if self.values["changed"]:
            changed = NoticeLine.objects.filter(
                notice=OuterRef("notice"), assessment=OuterRef("assessment"), version__gt=1
            )
            rows = rows.filter(Exists(changed))
        if self.values["region"]:
            city = self.values["region"] == CITY
            rows = rows.filter(**({"region__isnull": True} if city else {"region__code": self.values["region"]}))
        if self.values["q"]:
            word = self.values["q"]
            rows = rows.filter(name__icontains=word) | rows.filter(code__icontains=word)
        return rows.order_by("-notice__starts_on", "-notice", "code", "-version")

    def words(self, filter: Filter) -> Words:
        if filter.name != "region":
            return super().words(filter)
        found = Region.objects.filter(pk__in=self._rows().order_by().values("region")).order_by("code")
        return {**dict(found.values_list("code", "name")), CITY: "市级"}

    def notes(self) -> list[Row]:
        return [["年度", str(round_here(self.request))]]

    def buttons(self) -> list[dict[str, Any]]:
        if self.user.role == Role.CITY:
            return [{"label": "办理公示", "url": reverse("admin:evaluation_publicnotice_changelist"), "kind": "plain"}]
        return [{"label": "公示页面", "url": reverse("site:notices"), "kind": "plain"}]


def _page(number: str) -> str:
    return reverse("site:notice", args=(number,))


@officer("evaluation.view_noticeline")
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Show the year that the address names, else the one of the latest notice: the current year may have none yet."""
    years = years_of(request)
    if not years.named:
        rows = NoticeLine.objects.visible_to(request.user).filter(notice__status__in=notices.RELEASED)
        latest = rows.order_by("-notice__starts_on", "-notice").values_list("notice__round__year", flat=True).first()
        if latest is not None and (years.chosen is None or years.chosen.year != latest):
            query = request.GET.copy()
            query[NAME] = str(latest)
            return redirect(f"{request.path}?{query.urlencode()}")
    return by_year(NoticeLines.page)(request)


export = officer("evaluation.view_noticeline")(require_safe(by_year(NoticeLines.file)))
