"""A published file of a rule is taken off the public page: what it says of people is nobody's to read."""

from datetime import datetime

from django.db import IntegrityError, transaction

from evaluation.certification.queries.rule_files import public_rules
from evaluation.models import Result, WithheldFile
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.models import User
from platforms.text import clean_text

MOST_REASON = 400
GONE = "该文件已停止公开，请刷新页面后查看。"


@transaction.atomic
def withhold(*, result: Result, digest: str, reason: str, by: User, at: datetime) -> WithheldFile:
    """Show the file ``digest`` of ``result`` to the public no longer; what was published stays as it was.

    Raises:
        Gone: it is not among the public files, or was withheld already. Refusal: no reason, or ``by`` may not.
    """
    if not by.has_perm("evaluation.withhold_file"):
        raise Refusal("您没有停止公开制度文件的权限。")
    reason = clean_text("停止公开的理由", reason, most=MOST_REASON, required=True)
    kind = next(
        (rule.kind for rule in public_rules(result, holds=True) for file in rule.files if file.digest == digest), ""
    )
    if not kind:
        raise Gone(GONE)
    try:
        with transaction.atomic():
            row = WithheldFile.objects.create(
                platform=result.platform, digest=digest, kind=kind, reason=reason, withheld_at=at, withheld_by=by
            )
    except IntegrityError:
        raise Gone(GONE) from None
    audit.record(
        verb="停止公开制度文件", by=by, at=at, target=row, code=result.code, reason=reason,
        changes={row.get_kind_display(): [digest, "停止公开"]},
    )  # fmt: skip
    return row
