"""The pages that explain a run: all regions at once, and each region from its counts to its yuan."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from funding.models import AllocationRun
from funding.runs.explanation_paper import Application, Told, explanation_paper
from funding.runs.queries.explained import Counted, Explained, counted, explained, overview
from funding.runs.queries.frozen import read_once
from funding.runs.queries.sheet import SHORT_DIGEST
from funding.uses.queries import afterwards
from platforms.applications.documents.pdf import set_paper
from platforms.backoffice.excel import download
from platforms.backoffice.moves import MoveButtons, person_of

TITLE = "逐地区说明"


class ExplainingPages(MoveButtons):
    """A run that is read by whoever sees it, region by region."""

    def get_urls(self) -> list:
        views: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "regions/": ("regions", self.regions_view),
            "regions/paper.pdf": ("regions_paper", self.regions_paper),
            "regions/<slug:code>/": ("region", self.region_view),
            "regions/<slug:code>/paper.pdf": ("region_paper", self.region_paper),
        }
        wrap = self.admin_site.admin_view
        return [
            *(
                path(f"<int:object_id>/{tail}", wrap(require_safe(view)), name=f"funding_allocationrun_{name}")
                for tail, (name, view) in views.items()
            ),
            *super().get_urls(),
        ]

    # Pages -------------------------------------------------------------------------------------------------------

    @read_once()
    def regions_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show all regions: bars, the worth of each grade, who gets nothing and why, where the last units went."""
        found = self._explained(request, object_id)
        run, allocation = found.run, found.allocation
        shown = overview(allocation, lambda code: self._region_url(run, code)) if allocation else None
        context = {"overview": shown, "paper_url": self._url(run, "regions_paper") if allocation else ""}
        return self._page(request, "run_regions.html", found, {"title": TITLE, **context})

    @read_once()
    def region_view(self, request: HttpRequest, object_id: int, code: str) -> HttpResponse:
        """Show how the amount of one region comes about."""
        found = self._explained(request, object_id)
        place = self._place(found, code)
        run, places, person = found.run, found.places, person_of(request)
        links = [{"name": each.name, "url": self._region_url(run, each.code)} for each in places]
        context = {
            "title": places[place].name,
            "derivation": found.derivation(place),
            "items": [self._item(each) for each in counted(found.rows[place], person)],
            "afterwards": afterwards(person, run.round, code),
            "overview_url": self._url(run, "regions"),
            "paper_url": self._url(run, "region_paper", code) if found.allocation else "",
            "before": links[place - 1] if place else None,
            "after": links[place + 1] if place + 1 < len(links) else None,
        }
        return self._page(request, "run_region.html", found, context)

    # Papers ------------------------------------------------------------------------------------------------------

    def regions_paper(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the derivation of every region as one PDF."""
        found = self._explained(request, object_id)
        return self._paper(found, range(len(found.places)), TITLE)

    def region_paper(self, request: HttpRequest, object_id: int, code: str) -> HttpResponse:
        """Send the derivation of one region as a PDF."""
        found = self._explained(request, object_id)
        place = self._place(found, code)
        listed = [
            Application(
                each.item.number,
                each.item.name,
                each.column,
                str(each.item.get_standing_display()),
                "\n".join(each.why),
            )
            for each in counted(found.rows[place], person_of(request))
        ]
        return self._paper(found, [place], found.places[place].name, listed)

    def _item(self, counted: Counted) -> dict[str, Any]:
        links = (
            ("认定结果", "evaluation_result", counted.result),
            ("绩效评价", "evaluation_assessment", counted.assessment),
            ("申报", "platforms_application", counted.item.application_id if counted.may_open else None),
        )
        found = [
            {"label": label, "url": reverse(f"admin:{view}_change", args=(pk,))} for label, view, pk in links if pk
        ]
        return {
            "row": counted.item,
            "column": counted.column,
            "grade": counted.grade,
            "why": counted.why,
            "links": found,
        }

    def _paper(
        self, found: Explained, places: Iterable[int], name: str, applications: Sequence[Application] = ()
    ) -> HttpResponse:
        run = found.run
        derivations = [each for place in places if (each := found.derivation(place))]
        if not derivations:
            raise Http404
        told = Told(
            sheet=f"{run.round.year}年度窗口平台建设补助资金分配表",
            number=run.number,
            state=str(run.get_status_display()),
            pool=f"{run.pool_yuan:,}元",
            digest=run.digest[:SHORT_DIGEST],
        )
        paper = explanation_paper(told, derivations, applications)
        at = run.locked_at or run.signed_at or run.made_at
        return download(set_paper(paper, at=at), f"资金分配计算过程-{run.number}-{name}.pdf", "pdf")

    # What they stand on ------------------------------------------------------------------------------------------

    def _explained(self, request: HttpRequest, object_id: int) -> Explained:
        return explained(self.visible_or_404(request, str(object_id)))

    def _place(self, found: Explained, code: str) -> int:
        place = found.place_of(code)
        if place is None:
            raise Http404
        return place

    def _page(self, request: HttpRequest, template: str, found: Explained, context: dict[str, Any]) -> HttpResponse:
        run = found.run
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "run": run,
            "run_url": self._url(run, "change"),
            "problems": found.problems,
            "state_label": self.state_label(run),
            "state_tone": self.state_tones.get(str(run.status), "neutral"),
            **context,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/funding/{template}", whole)

    def _url(self, run: AllocationRun, view: str, *more: str) -> str:
        return reverse(f"admin:funding_allocationrun_{view}", args=(run.pk, *more))

    def _region_url(self, run: AllocationRun, code: str) -> str:
        return self._url(run, "region", code)
