"""Every address of the project, read from the URL configuration."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

#: Django's own translation catalogue and the page that catches unknown addresses of the back office lead nowhere.
LEFT_OUT = {r"admin/(?P<url>.*)$"}


def patterns(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Yield each address as it is written in the URL configuration, such as ``desk/applications/<str:number>/``."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + re.sub(r"^\^", "", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern) and route not in LEFT_OUT:
            yield route
