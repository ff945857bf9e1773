"""变更: the certified platforms of a county, each with what was asked to be changed and how far that is."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.amendments.choices import AmendmentStatus
from evaluation.amendments.queries.amendments import changeable
from evaluation.models import Result
from platforms.pages.access import officer
from platforms.pages.lists import Column, ListPage, Value, day, leads_to, short_name, text

_STATUS = dict(AmendmentStatus.choices)


def _asked(number: str | None, status: str | None) -> str:
    return f"{number} {_STATUS[status]}" if number and status else "无"


def _page(pk: int | None) -> str:
    return reverse("admin:evaluation_amendment_change", args=(pk,)) if pk else ""


class Changes(ListPage):
    """The platforms whose certificates are in force; a row leads to the form of a change."""

    title = label = "变更"
    noun = "平台"
    unit = "个"
    lead = "名称、运营单位、地址、电话、开放时间有变化的，选择平台提出变更，附证明材料；市经信局批准后换发证书。"
    place = "evaluation:changes"
    search = "平台名称、编号或运营单位"
    filters = (text("q", "查找"),)
    columns = (
        Column("平台编号", "code"),
        Column("平台名称", short_name("", ("site_name",))),
        Column("运营单位", "operator_name"),
        Column("证书编号", "certification__number"),
        Column("有效期止", day("certification__valid_until")),
        Column("最近的更正和变更", Value(("asked_number", "asked_status"), _asked), opens=Value(("asked",), _page)),
    )
    link = leads_to("admin:evaluation_amendment_propose_change", "platform")
    none_yet = "没有认定有效的平台。"

    def rows(self) -> QuerySet[Any]:
        rows = changeable(self.user, on=self.today)
        for word in self.values["q"].split()[:6]:
            rows = rows.filter(pk__in=_named(word))
        return rows


def _named(word: str) -> QuerySet[Result]:
    found = Result.objects.none()
    for column in ("name", "code", "operator_name"):
        found = found | Result.objects.filter(**{f"{column}__icontains": word})
    return found


index = officer("evaluation.propose_change")(require_safe(Changes.page))
