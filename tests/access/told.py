"""What the stage holds of news: one that everybody reads, one for later, one that was withdrawn, and a draft."""

from datetime import timedelta

from django.utils import timezone

from evaluation.models import Article, ArticleFile
from evaluation.news import services as news
from platforms.models import User
from tests import factories
from tests.access.world import MARKS
from tests.platforms.test_page_pictures import photo

PUBLIC = "窗口平台服务月启动"


def told(city: User) -> None:
    """Articles in each state; what nobody outside of the city may read is marked as the city's own."""
    now, mark = timezone.now(), MARKS[""]

    def written(title: str) -> Article:
        return news.write(
            kind="news",
            values={"title": title, "summary": title, "text": title},
            pictures=[(factories.upload("现场.jpg", photo(20, 10)), title)],
            files=[factories.upload()],
            by=city,
            at=now,
        )

    written(mark.text("draft"))
    news.publish(article=written(PUBLIC), shown_from=now - timedelta(days=1), by=city, at=now)
    news.publish(article=written(mark.text("later")), shown_from=now + timedelta(days=9), by=city, at=now)
    gone = news.publish(article=written(mark.text("withdrawn")), by=city, at=now)
    news.withdraw(article=gone, reason=mark.text("why"), by=city, at=now)


def draft_article() -> Article:
    """The text that is being written."""
    return Article.objects.get(status="draft")


def public_article() -> Article:
    """The text that everybody may read."""
    return Article.objects.get(title=PUBLIC)


def in_each_status() -> dict[str, Article]:
    """An article in each status."""
    return {
        "draft": draft_article(), "published": public_article(), "withdrawn": Article.objects.get(status="withdrawn")
    }  # fmt: skip


def digest_of(article: Article) -> str:
    """What the address of the picture of ``article`` ends with."""
    return article.pictures.get().picture_name.rpartition("/")[2]


def file_of(article: Article) -> ArticleFile:
    """The file that goes with ``article``."""
    return article.files.get()
