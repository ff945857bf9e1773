"""What a text of the city is and where it stands, with the words that users see."""

from django.db.models import TextChoices


class ArticleKind(TextChoices):
    """News come one after the other; a standing text (:data:`STANDING`) says how something is, until a later one."""

    NEWS = "news", "新闻动态"
    ANNOUNCEMENT = "announcement", "通知公告"
    POLICY = "policy", "政策解读"
    ABOUT = "about", "关于窗口平台"
    STATISTICS = "statistics", "统计说明"


STREAMED = (ArticleKind.NEWS, ArticleKind.ANNOUNCEMENT, ArticleKind.POLICY)
STANDING = (ArticleKind.ABOUT, ArticleKind.STATISTICS)


class ArticleStatus(TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"
