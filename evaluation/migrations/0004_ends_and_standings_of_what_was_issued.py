from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

NINGBO = ZoneInfo("Asia/Shanghai")


def write(apps: Any, _editor: Any) -> None:
    """Write, for the certificates that exist, what ended them and when their platforms stood.

    A later certificate replaces the one before it from its own first day on; a revocation ends what the platform held
    on its day, also where it was written on an older certificate of the same platform (五).
    """
    publications = apps.get_model("evaluation", "Publication")
    for publication in publications.objects.select_related("round"):
        publication.round.published_on = publication.published_at.astimezone(NINGBO).date()
        publication.round.save(update_fields=["published_on"])
    of_platform = defaultdict(list)
    rows = apps.get_model("evaluation", "Certification").objects.select_related("result__publication")
    for row in rows.order_by("result__platform", "valid_from", "number"):
        of_platform[row.result.platform_id].append(row)
    for platform, own in of_platform.items():
        _write_platform(apps, platform, own)


def _write_platform(apps: Any, platform: int, own: list[Any]) -> None:
    standings = apps.get_model("platforms", "Standing").objects
    ends_of = apps.get_model("evaluation", "CertificationEnd").objects
    known = {row.certificate: row for row in standings.filter(platform=platform)}
    ends: dict[int, tuple[Any, ...]] = {}
    for old, new in pairwise(own):
        if new.valid_from <= old.valid_until:
            made = new.result.publication
            ends[old.pk] = (new.valid_from, "replaced", made.published_by_id, made.published_at, new.pk)
    for revoked in [row for row in own if row.ground]:
        for row in own:
            over = ends[row.pk][0] if row.pk in ends else row.valid_until + timedelta(days=1)
            if row.result.publication.published_at <= revoked.revoked_at and over > revoked.revoked_on:
                _take_away(row, revoked)
                ends[row.pk] = (revoked.revoked_on, "revoked", revoked.revoked_by_id, revoked.revoked_at, None)
    # Written when this ran before.
    for row in own:
        standing = known.get(row.number)
        if standing is not None and standing.ended_why in ("given_up", "corrected"):
            ends[row.pk] = (standing.ended_on, standing.ended_why, standing.ended_by_id, standing.ended_at, None)
    for place, row in enumerate(own):
        ended_on, cause, by, at, successor = ends.get(row.pk, (None, "", None, None, None))
        if cause:
            ends_of.create(
                certification=row, ended_on=ended_on, cause=cause, ended_by_id=by, ended_at=at, successor_id=successor
            )
        elif place + 1 < len(own):
            made = own[place + 1].result.publication
            ended_on, cause = row.valid_until + timedelta(days=1), "expired"
            by, at = made.published_by_id, made.published_at
        if row.number not in known:
            standings.create(
                platform_id=platform,
                certificate=row.number,
                starts_on=row.valid_from,
                ends_on=row.valid_until,
                known_at=row.result.publication.published_at,
                ended_on=ended_on,
                ended_why=cause,
                ended_by_id=by,
                ended_at=at,
            )


def _take_away(row: Any, revoked: Any) -> None:
    """Let ``row`` say what ``revoked`` of the same platform says; what says something already stays."""
    if not row.ground:
        for name in ("ground", "revocation_reason", "revoked_on", "revoked_at", "revoked_by"):
            setattr(row, name, getattr(revoked, name))
        row.save()


class Migration(migrations.Migration):
    """Ends and standings of the certificates that were issued before there were any."""

    dependencies = [
        ("evaluation", "0003_ends_of_certificates"),
    ]

    # Back again, the table of the ends goes with its own migration, the standings with theirs.
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
