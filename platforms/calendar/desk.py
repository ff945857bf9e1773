"""The calendar of a person: a month as a grid and as a list, and its secret address for other programs."""

import calendar as months
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms import deadlines, ics
from platforms.calendar.queries.calendar import Entry, entries
from platforms.calendar.services import feeds as calendars
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.moments import moment
from platforms.one_use import shown_once
from platforms.pages.access import current_user, officer
from platforms.pages.date_changes import changes_of
from platforms.pages.years import by_year, round_asked, round_here, with_year, year_url, years_of
from platforms.turning_away import too_often, unknown_keys, wait_for

#: The feed holds so many days before and after today.
FEED_DAYS = 400
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
#: More lines than this do not fit into a day of the grid; the list has all.
MOST_IN_A_DAY = 3
TONES = {"阶段": "neutral", "上报截止": "bad", "补正": "wait", "任务": "info"}


@officer("platforms.view_task")
@require_safe
@by_year
def month(request: HttpRequest) -> HttpResponse:
    """One month of the own calendar."""
    today = timezone.localdate()
    return _page(request, _month_of(request, _day_of(request, today)), today)


@officer("platforms.view_task")
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """Make, renew or take back the secret address; a new one is shown once, on this answer."""
    today, user = timezone.localdate(), current_user(request)
    if request.method != "POST":
        return redirect("desk:calendar")
    try:
        if request.POST.get("act") == "revoke":
            calendars.revoke(by=user, at=timezone.now())
            messages.success(request, "日历地址已作废，订阅的程序不再更新。")
            return redirect("desk:calendar")
        if request.POST.get("act") != "issue":
            return redirect("desk:calendar")
        _, token = calendars.issue(by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:calendar")
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('calendar_feed', args=[token])}"
    page = _page(request, today.replace(day=1), today, address=address)
    return shown_once(page, record=reverse("desk:calendar"), note="订阅地址只显示一次，未记下的请重新生成。")


@require_safe
def ics_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Send the calendar of whoever was given ``token``; unknown, taken back and dead ones are all not there."""
    user = calendars.find(token)
    if user is None:
        seconds = wait_for(unknown_keys)
        if seconds:
            return too_often(request, "打开无效链接", seconds)
        raise Http404
    today = timezone.localdate()
    site = settings.SITE_URL.rstrip("/")
    found = entries(user, today - timedelta(days=FEED_DAYS), today + timedelta(days=FEED_DAYS))
    events = [
        ics.Event(
            uid=each.uid,
            first=each.first,
            last=each.last,
            summary=f"{'（已完成）' if each.is_done else ''}{each.title}",
            description=each.note,
            url=f"{site}{each.url}" if each.url else "",
            location=each.place,
        )
        for each in found
    ]
    content = ics.calendar(
        "窗口平台工作日历", events, host=urlsplit(site).hostname or "localhost", stamp=timezone.now()
    )
    response = HttpResponse(content, content_type=ics.MEDIA_TYPE)
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    # The address is a key: it must not travel to any other page.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, first: date, today: date, *, address: str = "") -> HttpResponse:
    user = current_user(request)
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    found = entries(user, first, last)
    feed_row = calendars.standing_feed(user)
    context = {
        "crumbs": [{"label": "阶段", "url": year_url(request, "desk:tasks")}, {"label": "日历", "url": ""}],
        "title": f"{first.year}年{first.month}月",
        "weekdays": WEEKDAYS,
        "weeks": _weeks(first, found, today),
        "agenda": [_line(each, today) for each in found],
        "facts": [f"{first.year}年{first.month}月"],
        "moves": _months(request, first, last, today),
        "address": address,
        "feed": feed_row,
        "feed_made": moment(feed_row.made_at) if feed_row else "",
        "events": changes_of(round_asked(request)),
    }
    return render(request, "calendar/calendar.html", context)


def _day_of(request: HttpRequest, today: date) -> date:
    """Return the day whose month is shown where the address names none: today, in an earlier round its first day."""
    if years_of(request).is_current:
        return today
    return round_here(request).phases.order_by("number").values_list("starts_on", flat=True).first() or today


def _month_of(request: HttpRequest, today: date) -> date:
    text = request.GET.get("month", "")
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else today
    except ValueError:
        found = today
    # So that the months beside it exist.
    return found.replace(day=1) if 2000 <= found.year <= 2100 else today.replace(day=1)


def _months(request: HttpRequest, first: date, last: date, today: date) -> list[dict[str, str]]:
    before, after = _address(request, first - timedelta(days=1)), _address(request, last + timedelta(days=1))
    found = [("上一月", before), ("本月", _today_url(request, today)), ("下一月", after)]
    if (first.year, first.month) == (today.year, today.month):
        del found[1]
    return [{"label": label, "url": url} for label, url in found]


def _today_url(request: HttpRequest, today: date) -> str:
    if years_of(request).is_current:
        return year_url(request, "desk:calendar")
    return _address(request, today)


def _address(request: HttpRequest, day: date) -> str:
    return with_year(request, f"{reverse('desk:calendar')}?month={day:%Y-%m}")


def _weeks(first: date, found: list[Entry], today: date) -> list[list[dict[str, Any]]]:
    weeks = []
    for week in months.Calendar().monthdatescalendar(first.year, first.month):
        days = []
        for day in week:
            inside = day.month == first.month
            # Of what lasts, the grid shows where it begins and ends.
            own = [each for each in found if day in (each.first, each.last)] if inside else []
            days.append(
                {
                    "day": day.day,
                    "inside": inside,
                    "is_today": day == today,
                    "entries": [{"title": _short(each, day), "url": each.url} for each in own[:MOST_IN_A_DAY]],
                    "more": max(len(own) - MOST_IN_A_DAY, 0),
                }
            )
        weeks.append(days)
    return weeks


def _short(each: Entry, day: date) -> str:
    if each.first == each.last:
        return each.title
    return f"{each.title}{'开始' if day == each.first else '结束'}"


def _line(each: Entry, today: date) -> dict[str, Any]:
    when = day_in_words(each.first)
    if each.last != each.first:
        when = f"{when}至{day_in_words(each.last)}"
    tone = "good" if each.is_done else TONES.get(each.kind, "info")
    late = not each.is_done and deadlines.is_late(each.last, today) and each.kind != "阶段"
    return {
        "when": when, "title": each.title, "note": each.note, "place": each.place, "url": each.url,
        "kind": each.kind, "tone": tone, "late": late,
    }  # fmt: skip
