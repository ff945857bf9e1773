"""What the page of a certificate shows of its end: cause, day, the certificate in its place, who wrote it down."""

from datetime import date

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from evaluation.certification.queries.in_force import end_of
from evaluation.models import Certification
from platforms.dates import plain_moment


class EndFields:
    """Read-only fields of ``CertificationAdmin``; empty while nothing ended the certificate."""

    @admin.display(description="终止原因")
    def ending(self, row: Certification) -> str:
        end = end_of(row)
        return end.get_cause_display() if end else ""

    @admin.display(description="终止日期（当日起不再有效）")
    def ended_on(self, row: Certification) -> date | None:
        end = end_of(row)
        return end.ended_on if end else None

    @admin.display(description="换发的新证")
    def successor(self, row: Certification) -> str:
        end = end_of(row)
        return _link(end.successor) if end and end.successor else ""

    @admin.display(description="取代的原证")
    def predecessor(self, row: Certification) -> str:
        end = row.replaces.select_related("certification").first()
        return _link(end.certification) if end else ""

    @admin.display(description="放弃理由")
    def ended_reason(self, row: Certification) -> str:
        end = end_of(row)
        return end.reason if end else ""

    @admin.display(description="终止办理人")
    def ended_by(self, row: Certification) -> str:
        end = end_of(row)
        return f"{end.ended_by}，{plain_moment(end.ended_at)}" if end else ""


def _link(row: Certification) -> str:
    return format_html('<a href="{}">{}</a>', reverse("admin:evaluation_certification_change", args=(row.pk,)), row)
