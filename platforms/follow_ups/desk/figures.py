"""What the calls came to: contradictions to the records, and the figures by region, each with its file."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.views.decorators.http import require_safe

from platforms.choices import Role
from platforms.follow_ups import queries
from platforms.follow_ups.desk.follow_ups import trail
from platforms.follow_ups.desk.labels import DIFFERENCE_COLUMNS, FIGURE_COLUMNS
from platforms.pages.access import officer
from platforms.pages.fields import DayField
from platforms.pages.forms import RefusableForm
from platforms.pages.lists import Counted, ListPage, text


class PeriodForm(RefusableForm):
    """The days of service that the figures are about."""

    from_on = DayField(label="服务日期自", required=False)
    until_on = DayField(label="服务日期至", required=False)


class Differences(ListPage):
    """Every call that contradicts the record, the latest first."""

    title = file_title = "回访与记录不符"
    noun = "回访"
    lead = "企业所述与服务记录不一致：服务不属实、免费服务收了费，或满意度相差 2 分以上。"
    none_yet = "没有与记录不符的回访。"
    place, file_place = "desk:follow_up_differences", "desk:follow_up_difference_list"
    filters = (text("platform", "窗口平台", 20),)
    columns = DIFFERENCE_COLUMNS
    size = 50

    def rows(self) -> QuerySet[Any]:
        return queries.different(self.user, platform=self.values["platform"])

    def crumbs(self) -> list[dict[str, str]]:
        return [*trail(), {"label": "与记录不符", "url": ""}]


differences = officer("platforms.view_followup")(require_safe(Differences.page))
difference_list = officer("platforms.view_followup")(require_safe(Differences.file))


class CallFigures(ListPage):
    """Share confirmed and mean satisfaction by region, over the services of a period."""

    title = file_title = label = "回访统计"
    noun, unit = "回访", "个地区"
    lead = (
        "属实率为属实占接通的比例；登记满意度只计企业在回访中说了满意度的记录。"
        "接通企业不足 3 家的，属实率和平均满意度只对本地区显示。"
    )
    none_yet = "这段时间的服务尚未抽取回访。"
    place, file_place = "desk:follow_up_figures", "desk:follow_up_figure_list"
    template = "follow_ups/follow_up_figures.html"
    filters = (text("from_on", "服务日期自", 10), text("until_on", "服务日期至", 10))
    columns = FIGURE_COLUMNS
    size = 50

    @cached_property
    def form(self) -> PeriodForm:
        """The period; one that cannot be read narrows nothing and is said beside its box."""
        return PeriodForm(self.request.GET)

    def rows(self) -> list[Counted]:
        period = dict(self.form.cleaned_data) if self.form.is_valid() else {}
        # A county reads its own region, whose single enterprises it knows; the city reads them only where there are
        # some.
        in_full = self.user.role == Role.COUNTY
        found = queries.figures_of(self.user, **period)
        return [vars(each) | {"share": each.share, "hidden": each.is_small and not in_full} for each in found]

    def crumbs(self) -> list[dict[str, str]]:
        return [*trail(), {"label": "统计", "url": ""}]

    def extra(self) -> dict[str, Any]:
        return {"form": self.form}


figures = officer("platforms.view_followup")(require_safe(CallFigures.page))
figure_list = officer("platforms.view_followup")(require_safe(CallFigures.file))
