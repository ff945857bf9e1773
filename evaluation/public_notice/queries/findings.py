"""What a public notice leaves to be done before the results of its round can be published."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from evaluation.hearings.queries import ended, why_not_over
from evaluation.models import Hearing, Objection, PublicNotice
from evaluation.public_notice.choices import OBJECTION_OPEN, NoticeStatus
from evaluation.public_notice.queries import notices, objections
from platforms.applications.choices import ApplicationStatus
from platforms.dates import day_in_words
from platforms.models import Round
from platforms.rounds.readiness import Finding, Weight


def before_publishing(round: Round, on: date) -> list[Finding]:
    """Return what of the notice, its objections and its hearings forbids to publish ``round`` on the day ``on``.

    All of it stops the publication, but for an objection that was upheld and changed nothing on the list: that asks
    why. Objections to a notice that was stopped are answered as well.
    """
    notice = notices.pending_of(round)
    return [
        *_of_notice(round, notice, on),
        *_objections(round),
        *_hearings(round, on),
        *(
            [*_of_list(notice, on), *_without_change(notice)]
            if notice is not None and notice.status == NoticeStatus.OPENED
            else []
        ),
    ]


def _of_notice(round: Round, notice: PublicNotice | None, on: date) -> list[Finding]:
    if notice is None:
        url = reverse("admin:evaluation_publicnotice_propose", args=(round.pk,))
        return [Finding("拟认定名单尚未公示，公示期满后才能公布。", Weight.STOPS, url=url, label="提出公示")]
    url = reverse("admin:evaluation_publicnotice_change", args=(notice.pk,))
    if notice.status == NoticeStatus.PROPOSED:
        return [Finding(f"公示 {notice.number} 尚未批准。", Weight.STOPS, url=url, label="查看公示")]
    if on <= notice.ends_on:
        earliest = day_in_words(notice.ends_on + timedelta(days=1))
        text = f"公示期至{day_in_words(notice.ends_on)}，最早{earliest}公布。"
        return [Finding(text, Weight.STOPS, url=url, label="查看公示")]
    return []


def _objections(round: Round) -> list[Finding]:
    rows = Objection.objects.filter(notice__round=round, status__in=OBJECTION_OPEN).order_by("number")
    names = ((number, reverse("admin:evaluation_objection_change", args=(pk,))) for pk, number in _keys(rows, "number"))
    return _named("件异议尚未答复，答复后才能公布", names)


def _without_change(notice: PublicNotice) -> list[Finding]:
    """Return the objections to ``notice`` that were upheld and that no line was changed for."""
    rows = objections.upheld(notice).filter(changed__isnull=True).order_by("number")
    names = ((number, reverse("admin:evaluation_objection_change", args=(pk,))) for pk, number in _keys(rows, "number"))
    return _named("件异议已采纳或部分采纳，公示名单没有相应变动", names, Weight.ASKS)


def _hearings(round: Round, on: date) -> list[Finding]:
    """Return the hearings about grades of ``round`` that are not over: not replied to, or still open to an answer."""
    rows = Hearing.objects.filter(
        assessment__evaluation__round=round,
        assessment__application__status=ApplicationStatus.ACCEPTED,
        replied_at__isnull=True,
        waived=False,
    ).exclude(ended())
    rows = rows.order_by("number")
    waiting = [row for row in rows if why_not_over(row, on)]
    return _named(
        "份告知书的陈述申辩尚未办结，办结后才能公布",
        ((row.number, reverse("hearings:hearing", args=(row.number,))) for row in waiting),
    )


def _of_list(notice: PublicNotice, on: date) -> list[Finding]:
    """Return where the list and the confirmed grades differ."""
    changed = (
        (code, reverse("admin:evaluation_publicnotice_amend", args=(notice.pk, assessment)))
        for assessment, code in _keys(notices.differing(notice), "code", key="assessment")
    )
    missing = (
        (number, reverse("admin:evaluation_assessment_change", args=(pk,)))
        for pk, number in _keys(notices.unlisted(notice, on=on), "application__number")
    )
    return [
        *_named("个平台的核定档次与公示不一致，须更新公示名单", changed),
        *_named("个平台已核定档次但未列入公示，须终止公示后重新提出", missing),
    ]


def _keys(rows: QuerySet, name: str, *, key: str = "pk") -> Iterable[tuple[int, str]]:
    found: Iterable[tuple[int, str]] = rows.values_list(key, name)
    return found


def _named(what: str, names: Iterable[tuple[str, str]], weight: Weight = Weight.STOPS) -> list[Finding]:
    told = tuple(names)
    return [Finding(f"有 {len(told)} {what}", weight, told)] if told else []
