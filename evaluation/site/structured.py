"""What the public pages say to search engines in the words of schema.org: only what the page itself says.

It stands in a block of data (JSON-LD) that no browser runs, so that the strict policy on scripts stays.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Publication
from evaluation.site.tables import MEDIA_TYPES
from platforms.identity import ours

#: Written so that no text ends the block or begins another one; JSON reads them as the same characters.
_ESCAPES = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}

Thing = dict[str, Any]


def block(*things: Thing) -> SafeString:
    """Return the block of data that says ``things``; what is empty in them is left out. Nothing for no things."""
    if not things:
        return SafeString()
    said = [{"@context": "https://schema.org", **filled(each)} for each in things]
    text = json.dumps(said if len(said) > 1 else said[0], ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


def filled(thing: Thing) -> Thing:
    """Return ``thing`` without what is empty."""
    found = {name: filled(value) if isinstance(value, dict) else value for name, value in thing.items()}
    return {name: value for name, value in found.items() if value not in ("", None, [], {}) and not is_bare(value)}


def is_bare(value: Any) -> bool:
    """Say whether ``value`` is a thing of which nothing is said."""
    return isinstance(value, dict) and set(value) == {"@type"}


def address(path: str) -> str:
    """Return ``path`` as the address of a page of this site."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def organisation() -> Thing:
    """Return who the site is of: the organiser where one is set, else the programme."""
    footer = ours().footer
    return {
        "@type": "GovernmentOrganization",
        "name": footer.organiser or ours().programme,
        "url": address("/"),
        "telephone": footer.phone,
        "areaServed": {"@type": "City", "name": ours().city.name},
    }


def trail(crumbs: Iterable[Mapping[str, Any]], path: str) -> Thing | None:
    """Return the way from the first page to the one at ``path``; None where there is no way."""
    steps = [{"label": "首页", "url": "/"}, *crumbs]
    if len(steps) == 1:
        return None
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": str(step["label"]),
                "item": address(str(step.get("url") or path)),
            }
            for place, step in enumerate(steps, start=1)
        ],
    }


def dataset(latest: Publication | None, files: Iterable[str]) -> Thing | None:
    """Return the files of the results as a data set; None before the first publication."""
    if latest is None:
        return None
    return {
        "@type": "Dataset",
        "name": f"{ours().programme}认定结果",
        "description": "公布的窗口平台认定结果，每个平台一行，含档次、证书编号、有效期和认定状态。",
        "url": address("/open-data/"),
        "license": settings.OPEN_DATA_LICENCE_URL,
        "creator": organisation(),
        "isAccessibleForFree": True,
        "inLanguage": "zh-CN",
        "spatialCoverage": {"@type": "Place", "name": ours().city.name},
        "dateModified": day_in_ningbo(latest.published_at).isoformat(),
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": address(path),
                "encodingFormat": MEDIA_TYPES[path.rsplit(".", 1)[-1]].split(";")[0],
            }
            for path in files
        ],
    }
