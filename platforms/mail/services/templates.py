"""The texts of the mails as the city edits them; without an edited one the built-in text holds."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from platforms.audit.services import audit
from platforms.errors import Refusal, StaleVersion
from platforms.mail import texts as mail_texts
from platforms.mail.choices import MailKind
from platforms.mail.services.mails import text_of
from platforms.mail.texts import Text
from platforms.models import MailTemplate, User
from platforms.text import clean_text


class WrongText(Refusal):
    """A text with something wrong; ``problems`` are pairs of ``subject`` or ``body`` and a sentence."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("".join(sentence for _, sentence in problems))
        self.problems = problems


@transaction.atomic
def edit(*, kind: str, subject: str, body: str, shown: str, by: User, at: datetime) -> None:
    """Put ``subject`` and ``body`` in the place of the text of ``kind`` whose digest was ``shown``.

    The built-in text itself is kept as no row.

    Raises:
        WrongText: an unknown placeholder, one that a subject must not hold, or too long a text.
        StaleVersion: somebody else changed the text since it was shown.
        Refusal: ``by`` may not, or a text is empty.
    """
    before = _fresh(kind, shown, by=by)
    after = checked(kind, subject, body)
    if after == before:
        return
    if after == mail_texts.BUILT_IN[kind]:
        _drop(kind, before, by=by, at=at)
        return
    fields = {"subject": after.subject, "body": after.body, "edited_at": at, "edited_by": by}
    try:
        with transaction.atomic():
            row, _ = MailTemplate.objects.update_or_create(kind=kind, defaults=fields)
    except IntegrityError:
        raise _stale() from None
    audit.record(
        verb="修改邮件模板", by=by, at=at, target=row, code=MailKind(kind).label, changes=_changes(before, after)
    )


@transaction.atomic
def reset(*, kind: str, shown: str, by: User, at: datetime) -> None:
    """Let the built-in text of ``kind`` hold again; nothing happens where it does already.

    Raises:
        StaleVersion, Refusal: as for :func:`edit`.
    """
    before = _fresh(kind, shown, by=by)
    if before != mail_texts.BUILT_IN[kind]:
        _drop(kind, before, by=by, at=at)


def checked(kind: str, subject: str, body: str) -> Text:
    """Return the text in its normal form if mails of ``kind`` can be written from it.

    Raises:
        WrongText, Refusal: as for :func:`edit`.
    """
    text = Text(
        mail_texts.normal(clean_text("标题", subject, most=mail_texts.MOST_SUBJECT, required=True)),
        mail_texts.normal(clean_text("正文", body, most=mail_texts.MOST_BODY, required=True)),
    )
    wrong = tuple(mail_texts.problems(kind, text))
    if wrong:
        raise WrongText(wrong)
    return text


def digest_of(text: Text) -> str:
    """Return what a page carries along of the ``text`` that it shows."""
    return hashlib.sha256(f"{text.subject}\n{text.body}".encode()).hexdigest()


def _fresh(kind: str, shown: str, *, by: User) -> Text:
    if not by.has_perm("platforms.change_mailtemplate"):
        raise Refusal("您没有修改邮件模板的权限。")
    # Two who save at once: the second one waits here and then finds its page out of date.
    MailTemplate.objects.select_for_update().filter(kind=kind).first()
    stored = text_of(kind)
    if digest_of(stored) != shown:
        raise _stale()
    return stored


def _stale() -> StaleVersion:
    return StaleVersion("您打开本页之后，这个模板已被他人修改，本次没有保存。请核对现在的内容后再保存。")


def _drop(kind: str, before: Text, *, by: User, at: datetime) -> None:
    row = MailTemplate.objects.get(kind=kind)
    audit.record(
        verb="恢复内置邮件模板",
        by=by,
        at=at,
        target=row,
        code=MailKind(kind).label,
        changes=_changes(before, mail_texts.BUILT_IN[kind]),
    )
    row.delete()


def _changes(before: Text, after: Text) -> dict[str, list[str]]:
    pairs = {"标题": (before.subject, after.subject), "正文": (before.body, after.body)}
    return {label: [old, new] for label, (old, new) in pairs.items() if old != new}
