"""The closed vocabularies of service records, with the words that users see."""

from django.db.models import TextChoices


class ServiceChannel(TextChoices):
    """How a service was given."""

    ONSITE = "onsite", "上门"
    HALL = "hall", "到平台"
    PHONE = "phone", "电话"
    ONLINE = "online", "线上"


class ServiceResult(TextChoices):
    SETTLED = "settled", "已办结"
    REFERRED = "referred", "已转办"
    OPEN = "open", "办理中"
