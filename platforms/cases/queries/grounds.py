"""The register of facts for a revocation, as evaluation and the pages read it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from platforms.applications.queries.standings import notice_of
from platforms.cases.choices import ComplaintStatus, GroundSource, GroundStatus
from platforms.models import Ban, Complaint, FeeCase, FollowUpSample, Ground, Platform, Rectification, User
from platforms.notices.choices import Collector
from platforms.notices.models import value_of
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {GroundStatus.PROPOSED: "wait", GroundStatus.CONFIRMED: "bad"}


def of_platform(platform: Platform | int) -> QuerySet[Ground]:
    """Return the facts about ``platform``, what was confirmed first, then what waits; the caller checked the scope."""
    rows = Ground.objects.filter(platform=platform).select_related("noted_by", "decided_by")
    # "confirmed", "dismissed", "proposed": by the alphabet, with the dismissed last.
    found: QuerySet[Ground] = rows.exclude(status=GroundStatus.DISMISSED).order_by("status", "-happened_on", "-pk")
    return found


def confirmed(platform: Platform | int) -> QuerySet[Ground]:
    """Return the facts about ``platform`` that the city confirmed."""
    return of_platform(platform).filter(status=GroundStatus.CONFIRMED)


def suggested(platform: Platform | int) -> str:
    """Return the ground that most confirmed facts about ``platform`` name, empty where there is none."""
    counts = Counter(confirmed(platform).values_list("ground", flat=True))
    return counts.most_common(1)[0][0] if counts else ""


def sentences(platform: Platform | int) -> list[str]:
    """Return what stands in the register about ``platform``, in sentences; what was dismissed is left out."""
    return [
        f"{row.ground_label}（{row.get_status_display()}，{row.number}）：{row.text}" for row in of_platform(platform)
    ]


def origin(row: Ground, user: User) -> tuple[str, str] | None:
    """Return address and name of what a proposal of the system comes from, if there is such a page for ``user``."""
    key = row.source_key.split(":", maxsplit=1)[0]
    if row.source == GroundSource.RECTIFICATION:
        order = Rectification.objects.visible_to(user).filter(pk=key).first()
        return (reverse("desk:rectification", args=[order.number]), f"整改 {order.number}") if order else None
    if row.source == GroundSource.FOLLOW_UP:
        sample = FollowUpSample.objects.visible_to(user).filter(pk=key).first()
        if sample is None:
            return None
        return f"{reverse('desk:follow_up', args=[sample.number])}?state=differs", f"回访样本 {sample.number}"
    if row.source == GroundSource.FEE:
        case = FeeCase.objects.visible_to(user).filter(pk=key).first()
        return (reverse("desk:service_record", args=[case.record_id]), "收费的服务记录") if case else None
    if row.source == GroundSource.ACTIVITY:
        return f"{reverse('desk:activities')}?{urlencode({'platform': row.platform.code})}", "该平台的服务活动"
    return None


def known(source: str, keys: Iterable[str]) -> set[str]:
    """Return those of ``keys``, each a row of ``source``, that a fact stands for."""
    return set(Ground.objects.filter(source=source, source_key__in=list(keys)).values_list("source_key", flat=True))


def waiting_for(user: User) -> QuerySet[Ground]:
    """Return the proposals that wait for ``user`` to decide: the city's."""
    rows: QuerySet[Ground] = Ground.objects.visible_to(user)
    if not user.has_perm("platforms.decide_ground"):
        return rows.none()
    return rows.filter(status=GroundStatus.PROPOSED)


def holds(ground: Ground) -> bool:
    """Say whether what a fact of complaints counts is still verified often enough; any other fact holds by itself."""
    if ground.source != GroundSource.COMPLAINT:
        return True
    return ground.complaints.filter(status=ComplaintStatus.VERIFIED).count() >= enough_for(ground)


def enough_for(ground: Ground) -> int:
    """Return how many verified complaints its notice asks for a fact of complaints."""
    return value_of(ground.notice_id).terms.complaints_enough


def complaints_asked(platform: Platform, on: date) -> int | None:
    """Return how many verified complaints are a ground under the notice that ``platform`` is under on the day ``on``.

    None where that notice does not list complaints.
    """
    terms = value_of(notice_of(platform.pk, on)).terms
    return terms.complaints_enough if terms.collected_by(Collector.COMPLAINTS) else None


def window_start(platform: Platform) -> date | None:
    """Return the day of the last revocation of ``platform``, None where there was none."""
    met = Q(operator_code=platform.operator_code) & ~Q(operator_code="") | Q(site_key=platform.site_key)
    day: date | None = Ban.objects.filter(met).order_by("-starts_on").values_list("starts_on", flat=True).first()
    return day


def verified_complaints(platform: Platform) -> QuerySet[Complaint]:
    """Return the verified complaints about ``platform`` that count now, the earliest first."""
    rows: QuerySet[Complaint] = Complaint.objects.filter(counting(window_start(platform)), platform=platform)
    return rows.order_by("received_at", "pk")


def counting(since: date | None) -> Q:
    """Return the condition of the verified complaints that count where the window of a platform begins after ``since``.

    None is a window without a beginning.
    """
    verified = Q(status=ComplaintStatus.VERIFIED)
    if since is None:
        return verified
    end = datetime.combine(since, time.max, tzinfo=timezone.get_current_timezone())
    return verified & Q(received_at__gt=end)
