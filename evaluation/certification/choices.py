"""What ends a certificate and what it is on a day, with the words that users see."""

from django.db.models import TextChoices


class EndCause(TextChoices):
    """What ends a certification before its last day; only a revocation bans from applying again (五)."""

    REPLACED = "replaced", "换发新证"
    GIVEN_UP = "given_up", "自愿放弃"
    REVOKED = "revoked", "撤销"
    CORRECTED = "corrected", "更正"


class Validity(TextChoices):
    """What a certification is on a given day; derived from its dates and its end, never stored."""

    PENDING = "pending", "尚未生效"
    IN_FORCE = "in_force", "有效"
    EXPIRING = "expiring", "即将到期"
    EXPIRED = "expired", "已到期"
    REPLACED = "replaced", "已换证"
    GIVEN_UP = "given_up", "已放弃"
    REVOKED = "revoked", "已撤销"
    CORRECTED = "corrected", "已更正"


class PlanStatus(TextChoices):
    """How far a plan of publication is; what is decided is public."""

    PROPOSED = "proposed", "待批准"
    DECIDED = "decided", "已公布"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


class DocumentKind(TextChoices):
    CERTIFICATE = "certificate", "认定证书"
    REPORT = "report", "绩效评价认定结果报告"
    LETTER = "letter", "结果通知书"


class PreparedKind(TextChoices):
    """What is prepared for a publication."""

    CERTIFICATE = DocumentKind.CERTIFICATE.value, DocumentKind.CERTIFICATE.label
    REPORT = DocumentKind.REPORT.value, DocumentKind.REPORT.label
    LETTER = DocumentKind.LETTER.value, DocumentKind.LETTER.label
    MAIL = "mail", "邮件"
