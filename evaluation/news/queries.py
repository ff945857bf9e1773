"""Texts of the city as the public reads them, and what became public of late, from every room, as one stream."""

from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime, time
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from evaluation.amendments.choices import AmendmentStatus
from evaluation.examples import queries as examples
from evaluation.models import Amendment, Article, ArticlePicture, Publication
from evaluation.news.choices import STREAMED, ArticleKind, ArticleStatus
from evaluation.news.entries import SOURCES, Entry, latest_of
from evaluation.public_notice.queries import notices
from platforms.dates import day_in_words
from platforms.files.queries import Picture, picture_of
from platforms.markdown import html_of, names_of_pictures

#: As many as a feed holds.
MOST_ENTRIES = 60


def listed(at: datetime) -> QuerySet[Article]:
    """Return the texts that everybody may read at the moment ``at``, the latest first."""
    rows: QuerySet[Article] = Article.objects.filter(status=ArticleStatus.PUBLISHED, shown_from__lte=at)
    return rows.order_by("-shown_from", "-pk")


def standing(kind: ArticleKind, at: datetime) -> Article | None:
    """Return the standing text of the sort ``kind`` that holds at the moment ``at``: the latest one, or None."""
    return listed(at).filter(kind=kind).prefetch_related("pictures").first()


def edition(at: datetime) -> Hashable:
    """Return what the pages with texts of the city are made of at ``at``, in short: it moves when one is published or
    withdrawn, and when the moment of one that was published ahead has come."""
    said = Article.objects.filter(published_at__isnull=False).aggregate(
        count=Count("pk"),
        published=Max("published_at"),
        withdrawn=Max("withdrawn_at"),
        shown=Count("pk", filter=Q(status=ArticleStatus.PUBLISHED, shown_from__lte=at)),
    )
    return tuple(said.values())


def pictures_of(article: Article, *, preview: bool = False) -> list[tuple[ArticlePicture, Picture]]:
    """Return the pictures of ``article`` as pages show them; in a ``preview`` behind the login."""
    name = "admin:evaluation_article_picture" if preview else "site:news_picture"
    found = []
    for row in article.pictures.all():
        shown = picture_of(row, lambda digest: reverse(name, args=[article.pk, digest]))
        assert shown is not None  # the database holds that it is there
        found.append((row, shown))
    return found


def body_of(article: Article, *, preview: bool = False) -> tuple[str, list[Picture]]:
    """Return the text of ``article`` as safe HTML with the pictures that it names, and those that it does not name."""
    there = pictures_of(article, preview=preview)
    named = set(names_of_pictures(article.text))
    html: Mapping[str, str] = {
        row.mark: render_to_string("components/picture.html", {"picture": shown}).strip() for row, shown in there
    }
    return html_of(article.text, pictures=html), [shown for row, shown in there if row.mark not in named]


def page_of(article: Article, *, preview: bool = False) -> dict[str, Any]:
    """Return what ``public/news_article.html`` shows of ``article``; a ``preview`` reads it behind the login."""
    body, others = body_of(article, preview=preview)
    name = "admin:evaluation_article_file" if preview else "site:news_file"
    crumbs = [{"label": "动态与通知", "url": reverse("site:news")}]
    if article.kind in STREAMED:
        address = f"{reverse('site:news')}?{urlencode({'kind': article.kind})}"
        crumbs.append({"label": article.get_kind_display(), "url": address})
    return {
        "article": article,
        "body": mark_safe(body),  # noqa: S308 - it passed the allowlist of platforms.markdown
        "pictures": others,
        "files": [
            {"row": row, "url": reverse(name, args=[article.pk, row.pk]), "size": filesizeformat(row.size)}
            for row in article.files.all()
        ],
        "crumbs": [*crumbs, {"label": article.title}],
        "preview": preview,
    }


def entries(at: datetime, most: int = MOST_ENTRIES) -> list[Entry]:
    """Return what became public by the moment ``at``, the latest first.

    News, public notices, published results, their corrections and changes, good examples, and what apps above add;
    results from before this system are no news, nor are standing texts.
    """
    found = [*_articles(at, most), *_notices(most), *_results(most), *_amendments(most), *_examples(at, most)]
    for more in SOURCES:
        found += more(most)
    return latest_of((entry for entry in found if entry.at <= at), most)


def latest(most: int, at: datetime) -> list[Entry]:
    """Return the ``most`` latest of :func:`entries`."""
    return entries(at, most)


def _articles(at: datetime, most: int) -> Iterator[Entry]:
    yield from (entry_of(row) for row in listed(at).filter(kind__in=STREAMED)[:most])


def entry_of(row: Article) -> Entry:
    """Return a published text as an entry of the stream."""
    assert row.shown_from is not None  # it is published
    address = reverse("site:news_article", args=[row.pk])
    return Entry(f"news-{row.pk}", row.get_kind_display(), row.title, address, row.shown_from, row.summary)


def _notices(most: int) -> Iterator[Entry]:
    for row in notices.released()[:most]:
        assert row.decided_at is not None  # it was opened
        yield Entry(
            f"notice-{row.number}", "公示", f"{row.round}拟认定名单公示",
            reverse("site:notice", args=[row.number]), row.decided_at, f"公示期：{notices.period_of(row).in_words}。",
        )  # fmt: skip


def _results(most: int) -> Iterator[Entry]:
    rows = Publication.objects.filter(taken_over=False).select_related("round").order_by("-published_at")
    for row in rows[:most]:
        address = f"{reverse('site:results')}?{urlencode({'round': row.round.year})}"
        said = f"{day_in_words(row.decided_on)}认定{f'，{row.document_number}' if row.document_number else ''}。"
        yield Entry(f"results-{row.round.year}", "认定结果", str(row), address, row.published_at, said)


def _amendments(most: int) -> Iterator[Entry]:
    rows = Amendment.objects.filter(status=AmendmentStatus.DECIDED).select_related("made").order_by("-decided_at")
    for row in rows[:most]:
        assert row.decided_at is not None and row.made is not None  # noqa: PT018 - it was decided
        yield Entry(
            f"amendment-{row.number}", row.get_kind_display(), f"{row.made.name}认定结果{row.get_kind_display()}",
            reverse("site:result", args=[row.made.code]), row.decided_at, row.public_reason,
        )  # fmt: skip


def _examples(at: datetime, most: int) -> Iterator[Entry]:
    for row in examples.listed(timezone.localdate(at))[:most]:
        assert row.published_at is not None and row.shown_on is not None  # noqa: PT018 - it is published
        begins = timezone.make_aware(datetime.combine(row.shown_on, time.min))
        # One that is shown on the day on which it was published came when it was published.
        came = row.published_at if timezone.localdate(row.published_at) == row.shown_on else begins
        yield Entry(f"example-{row.pk}", "典型案例", row.title, reverse("site:example", args=[row.pk]), came)
