"""The search in the top bar: a page of results, a short list while one types, and straight to what has that number."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from platforms.pages.access import asked_by_page, current_user, officer
from platforms.pinyin import asked_for
from platforms.search import queries

#: What is asked, in characters; more is cut off.
LONGEST = 80
#: So many of each kind are proposed while one types.
PROPOSED = 4


@officer("platforms.view_platform")
@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """Show what was found, in groups; an exact number or code leads to its page at once."""
    asked = request.GET.get("q", "")[:LONGEST]
    words = asked_for(asked)
    found = queries.find(current_user(request), words)
    context: dict[str, Any] = {
        "asked": " ".join(asked.split()),
        "found": found,
        "crumbs": [{"label": "查找", "url": ""}],
    }
    if asked_by_page(request):
        short = [{"label": each.label, "hits": each.hits[:PROPOSED]} for each in found]
        return render(request, "search/proposals.html", {"found": short, "asked": context["asked"]})
    exact = queries.exactly(found, " ".join(words))
    if exact is not None:
        return redirect(exact.url)
    context["total"] = sum(each.total for each in found)
    return render(request, "search/results.html", context)
