"""The closed vocabularies of activities, good examples and what is handed in periodically."""

from django.db.models import TextChoices


class ActivityKind(TextChoices):
    TRAINING = "training", "培训辅导"
    POLICY = "policy", "政策宣讲"
    MATCHMAKING = "matchmaking", "对接撮合"
    PUBLICITY = "publicity", "宣传推介"
    OTHER = "other", "其他活动"


class ActivityStatus(TextChoices):
    PLANNED = "planned", "已计划"
    HELD = "held", "已举办，待总结"
    REPORTED = "reported", "已总结"
    CANCELLED = "cancelled", "已取消"


class Organiser(TextChoices):
    """Who holds an activity; the hubs are those whose invitations a platform should not refuse (五·4)."""

    CITY_HUB = "city_hub", "市级枢纽平台"
    COUNTY_HUB = "county_hub", "县级枢纽平台"
    PLATFORM = "platform", "窗口平台"


#: Whose refused invitations count as facts against a platform.
HUBS = (Organiser.CITY_HUB, Organiser.COUNTY_HUB)


class InvitationAnswer(TextChoices):
    """What a platform said; nothing yet is an empty text."""

    ACCEPTED = "accepted", "参加"
    REFUSED = "refused", "不参加"


class ExampleStatus(TextChoices):
    DRAFT = "draft", "编辑中"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"
