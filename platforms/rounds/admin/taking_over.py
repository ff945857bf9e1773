"""The quotas of the year before, taken over on a page that shows them first."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from platforms.backoffice.base import ScopedAdmin
from platforms.backoffice.moves import person_of
from platforms.models import Quota, Round
from platforms.rounds.queries.quotas import takeover_for
from platforms.rounds.services import quotas


class RoundQuotas(ScopedAdmin):
    """What the back office of rounds does with quotas."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.take_over_view)
        name = "platforms_round_take_over_quotas"
        return [path("<int:object_id>/take-over-quotas/", view, name=name), *super().get_urls()]

    def take_over_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what each region would get; give it."""
        row: Round = self.visible_or_404(request, str(object_id))
        person = person_of(request)
        if not person.has_perm("platforms.add_quota"):
            raise PermissionDenied
        back = f"{reverse('admin:platforms_round_change', args=(row.pk,))}?tab=quotas"
        if request.method == "POST":
            made: list[Quota] = []
            if self.run(request, lambda: made.extend(quotas.take_over(round=row, by=person, at=timezone.now()))):
                messages.success(request, f"已套用 {len(made)} 个地区的名额，共 {sum(q.places for q in made)} 个。")
            return HttpResponseRedirect(back)
        found = takeover_for(row)
        if found is None or not found.new:
            messages.info(request, "没有可以套用的名额。")
            return HttpResponseRedirect(back)
        places = sum(each.before or 0 for each in found.new)
        effects = ["已填写的名额不变。", "套用后可以逐个修改。"]
        if found.gone:
            effects.append(f"{'、'.join(found.gone)}已撤销或并入其他地区，不套用。")
        return self.confirm_page(
            request,
            title="套用上年度名额",
            what=f"将按{found.source}的名额填写{row}的 {len(found.new)} 个地区，共 {places} 个。",
            verb="套用名额",
            effects=effects,
            pairs=[
                {"label": each.region.name, "value": each.before, "unit": "个"}
                if each.is_new
                else {"label": each.region.name, "value": f"{each.now} 个（已填写，不变）"}
                for each in found.lines
                if each.is_new or each.now is not None
            ],
            cancel_url=back,
            row=row,
        )
