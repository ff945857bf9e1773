"""The moves of a text of the city, as a table."""

from evaluation.news.choices import ArticleStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: A public text is not edited: it is withdrawn, changed and published again.
ARTICLE = Workflow(
    "article",
    "动态与通知",
    (
        Move(
            "publish",
            "发布",
            (ArticleStatus.DRAFT, ArticleStatus.WITHDRAWN),
            ArticleStatus.PUBLISHED,
            (Role.CITY,),
            "evaluation.publish_article",
        ),
        Move(
            "withdraw",
            "撤下",
            (ArticleStatus.PUBLISHED,),
            ArticleStatus.WITHDRAWN,
            (Role.CITY,),
            "evaluation.publish_article",
            reason_required=True,
            irreversible=True,
        ),
    ),
)
