"""The whole application form as one value: what completeness judges, what a version freezes, what print will show."""

from typing import Any

from platforms.models import Application


def form_data(application: Application) -> dict[str, Any]:
    """Return the whole form of ``application`` as canonical, JSON-able data.

    Keys: ``site`` (number, round year, type, region, town, park, association, proposed name), one mapping per section with
    fields (``platform``, ``operator``, ``venue``, ``record``, ``plan``, ``commitment``), lists ``staff``, ``services``,
    ``partners``, ``rules``, ``attachments`` (kind, shown_name, digest, size) and ``counts`` (``staff_total``,
    ``staff_full_time``). Decimals are strings, dates ISO strings, unanswered values None or "".
    """
    raise NotImplementedError


def digest_of(data: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, of the canonical JSON of ``data``."""
    raise NotImplementedError
