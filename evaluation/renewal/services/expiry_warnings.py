"""Each county is told some days before which certificates of its platforms end: one mail for all of a distance."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluation.models import Certification, ExpiryWarning
from evaluation.renewal.days import distance_due
from evaluation.renewal.queries import ending
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Mail, Region, Round
from platforms.reference.choices import CITYS_OWN
from platforms.rounds.queries.rounds import current_round

#: Most certificates that one mail names, and characters of each; the rest is counted.
MOST_NAMED, MOST_LINE = 20, 120


def warn(on: date, at: datetime) -> list[Mail]:
    """Write into the outbox what ends soon, as it stands on the day ``on``; returns what was written.

    Each certificate is told once at each of ``settings.EXPIRY_WARNINGS``. After days without a run the nearest distance
    is told, and those that passed are not. Who is renewed already, or whose renewal was accepted, is left in peace.
    """
    round_ = current_round()
    if round_ is None:
        return []
    due: dict[tuple[str, int], list[Certification]] = defaultdict(list)
    regions: dict[str, Region | None] = {}
    rows = ending(on, max(settings.EXPIRY_WARNINGS)).select_related("result__platform__region")
    told = set(ExpiryWarning.objects.filter(certification__in=rows.values("pk")).values_list("certification", "days"))
    for row in rows.order_by("valid_until", "number"):
        days = distance_due(row.valid_until, settings.EXPIRY_WARNINGS, on=on)
        if days is not None and (row.pk, days) not in told:
            region = row.result.platform.region
            code = region.code if region else CITYS_OWN
            regions[code] = region
            due[code, days].append(row)
    written = []
    for code, days in sorted(due):
        try:
            with transaction.atomic():
                written.append(_tell(regions[code], due[code, days], days, round_, on, at))
        except IntegrityError:
            # Another run was quicker; its mail says the same.
            continue
    return written


def _tell(
    region: Region | None, rows: Sequence[Certification], days: int, round_: Round, on: date, at: datetime
) -> Mail:
    # The marks first: where one is there already nothing else is written.
    ExpiryWarning.objects.bulk_create(ExpiryWarning(certification=row, days=days, on=on) for row in rows)
    code = region.code if region else CITYS_OWN
    mail = mails.write_to_liaison(
        kind=MailKind.EXPIRING, round=round_, region=region, context=context_of(rows, days), by=None, at=at,
        occasion=f"expiring:{on.isoformat()}:{days}:{code}",
    )  # fmt: skip
    audit.record(
        verb="生成认定到期提醒", by=None, at=at, target=mail, code=f"{code} {on.isoformat()}", actor="命令行",
        changes={"提前天数": [None, days], "证书（份）": [None, len(rows)]},
    )  # fmt: skip
    return mail


def context_of(rows: Sequence[Certification], days: int) -> dict[str, str]:
    """Return what the mail about ``rows``, which end within ``days``, says."""
    lines = [
        f"{row.result.name}（{row.number}）有效期至{day_in_words(row.valid_until)}"[:MOST_LINE]
        for row in rows[:MOST_NAMED]
    ]
    if len(rows) > MOST_NAMED:
        lines.append(f"另有 {len(rows) - MOST_NAMED} 个，请登录后在认定证书列表中查看。")
    return {
        "expiring": str(len(rows)), "expiring_days": str(days), "expiring_list": "\n".join(lines),
        "link": reverse("evaluation:certificates"),
    }  # fmt: skip
