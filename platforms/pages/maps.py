"""What pages with a map share: the outline of the settings, the sentences below it, and how its marks are sent."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from platforms.reference import map_views, outline
from platforms.reference.map_pictures import Drawn, payload, view_of
from platforms.reference.map_views import View
from platforms.reference.outline import Outline

#: What an address says besides the filters: the part that is shown, and what is marked out.
VIEW, CHOSEN = "view", "at"


def drawing() -> Outline:
    """Return the outline that the settings name; it has no counties where that file cannot be drawn."""
    return outline.load(settings.MAP_OUTLINE)


def view_asked(request: HttpRequest, drawn: Drawn, home: View) -> View:
    """Return the view that the address names, else that of the mark that it names, else ``home``."""
    asked = map_views.read(request.GET.get(VIEW, ""), drawn.drawing)
    return asked or view_of(drawn, request.GET.get(CHOSEN, "")) or home


def notes(*more: str) -> list[str]:
    """Return the sentences below a map: that it is a sketch, its number if it has one, and ``more``."""
    number = [f"审图号：{settings.MAP_NUMBER}"] if settings.MAP_NUMBER else []
    return ["示意图，不作为划界依据。", *number, *more]


def send(drawn: Drawn) -> JsonResponse:
    """Send what the script of the map draws from."""
    return JsonResponse(payload(drawn), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
