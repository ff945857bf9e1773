"""What a page of the form was made from, carried by the page itself, so that a later save can be merged.

The page holds no values twice: one fingerprint per field and per row, signed for this application, section and
version. A missing, forged or foreign one is no base at all, and the page then counts as stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing

from platforms.models import Application

SALT = "platforms.desk.page_base"


@dataclass(frozen=True)
class PageBase:
    """``fields`` maps the name of a box to the fingerprint of its value, ``rows`` a kind to those of its rows."""

    version: int
    fields: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Sequence[str]] = field(default_factory=dict)


def signed(base: PageBase, application: Application, slug: str) -> str:
    """Return ``base`` as text for a hidden field."""
    facts = [application.pk, slug, base.version, dict(base.fields), {kind: list(b) for kind, b in base.rows.items()}]
    return signing.dumps(facts, salt=SALT, compress=True)


def sent(data: Mapping[str, Any], application: Application, slug: str) -> PageBase | None:
    """Return the base that came back with a form, or None where there is none that holds for this page."""
    try:
        pk, section, version, fields, rows = signing.loads(str(data.get("base", "")), salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    if (pk, section) != (application.pk, slug) or str(version) != data.get("version"):
        return None
    return PageBase(version, fields, rows)
