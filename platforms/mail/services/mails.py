"""Mails are written into the outbox in the transaction of what they tell; a command sends them later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from platforms import checks
from platforms.dates import day_in_words, moment_in_words
from platforms.mail import texts as mail_texts
from platforms.mail.queries import MAIL_OFF, NO_ADDRESS
from platforms.mail.texts import Text
from platforms.models import Liaison, Mail, MailTemplate, Region, Round, User

_CITY = "市经信局"


@dataclass(frozen=True)
class About:
    """What a mail is about: ``row`` in the ``field`` of ``Mail``, and the ``values`` that its texts may name.

    Values that a kind of mail has no placeholder for are left out.
    """

    field: str
    row: models.Model
    values: Mapping[str, str]


def compose(
    *,
    kind: str,
    recipient: str,
    address: str,
    context: Mapping[str, str],
    round: Round | None = None,
    region: Region | None = None,
    about: About | None = None,
    occasion: str = "",
    by: User | None,
    at: datetime,
    text: Text | None = None,
) -> Mail:
    """Return one mail of ``kind`` as :func:`write` would write it, without writing it: for a preview.

    ``text`` is that of ``kind`` where it was read already.
    """
    values = _own_values(kind, recipient, round, region, about, at) | dict(context)
    values["link"] = _absolute(values["link"])
    written = mail_texts.render(kind, text or text_of(kind), values)
    address = "" if checks.check_email(address) else address
    return Mail(
        kind=kind,
        round=round,
        region=region,
        occasion=occasion,
        recipient=mail_texts.plain(recipient, most=80),
        address=address,
        subject=written.subject,
        body=written.body,
        problem=standing_problem(address),
        created_at=at,
        created_by=by,
        **({about.field: about.row} if about else {}),
    )


def write(
    *,
    kind: str,
    recipient: str,
    address: str,
    context: Mapping[str, str],
    round: Round | None = None,
    region: Region | None = None,
    about: About | None = None,
    occasion: str = "",
    by: User | None,
    at: datetime,
) -> Mail:
    """Write one mail of ``kind`` into the outbox, in the caller's transaction; nothing is sent here.

    Year, region, date, link and the moment follow from the arguments, and what ``about`` says of its row; ``context``
    adds the rest by the names of ``mail_texts.PLACEHOLDERS``. ``link`` may be given as a path of this site.
    An address that is empty or none at all makes a text to copy. The database takes one mail of an ``occasion``: an act
    and whom it is told.

    Raises:
        mail_texts.Hole, ValueError: the caller left out a value or gave one that the kind does not have.
    """
    mail = compose(
        kind=kind,
        recipient=recipient,
        address=address,
        context=context,
        round=round,
        region=region,
        about=about,
        occasion=occasion,
        by=by,
        at=at,
    )
    mail.save(force_insert=True)
    return mail


def write_prepared(*, prepared: Sequence[Mail], by: User, at: datetime) -> list[Mail]:
    """Write into the outbox what was composed before, in the caller's transaction; each is from now and of ``by``."""
    for mail in prepared:
        mail.created_at, mail.created_by, mail.problem = at, by, standing_problem(mail.address)
    return Mail.objects.bulk_create(prepared)


def write_to_liaison(
    *,
    kind: str,
    round: Round,
    region: Region | None,
    context: Mapping[str, str],
    by: User | None,
    at: datetime,
    about: About | None = None,
    occasion: str = "",
) -> Mail:
    """Write a mail to the liaison officer of ``region`` in ``round``; ``region`` None writes to the city's own desk.

    Where no officer is named yet the mail goes to the region's office, as a text to copy. ``context`` as for
    :func:`write`.
    """
    mail = compose_to_liaison(
        kind=kind, round=round, region=region, context=context, by=by, at=at, about=about, occasion=occasion
    )
    mail.save(force_insert=True)
    return mail


def compose_to_liaison(
    *,
    kind: str,
    round: Round,
    region: Region | None,
    context: Mapping[str, str],
    by: User | None,
    at: datetime,
    about: About | None = None,
    occasion: str = "",
) -> Mail:
    """Return the mail that :func:`write_to_liaison` would write, without writing it."""
    liaison = Liaison.objects.filter(round=round, region=region).first() if region else None
    recipient, address = _reached(region, liaison)
    return compose(
        kind=kind,
        recipient=recipient,
        address=address,
        context=context,
        round=round,
        region=region,
        about=about,
        occasion=occasion,
        by=by,
        at=at,
    )


def compose_to_liaisons(
    *, kind: str, round: Round, contexts: Sequence[tuple[Region, Mapping[str, str]]], by: User | None, at: datetime
) -> list[Mail]:
    """Return one mail for each region, as :func:`compose_to_liaison` does; in two queries however many there are."""
    liaisons = {row.region_id: row for row in Liaison.objects.filter(round=round)}
    text, found = text_of(kind), []
    for region, context in contexts:
        recipient, address = _reached(region, liaisons.get(region.pk))
        found.append(
            compose(
                kind=kind, recipient=recipient, address=address, context=context, round=round, region=region, by=by,
                at=at, text=text,
            )
        )  # fmt: skip
    return found


def _reached(region: Region | None, liaison: Liaison | None) -> tuple[str, str]:
    place = region.name if region else _CITY
    return (f"{place}工作联络员 {liaison.name}", liaison.email) if liaison else (f"{place}经办人", "")


def text_of(kind: str) -> Text:
    """Return the text of ``kind`` with its placeholders: as edited by the city, else the built-in one."""
    edited = MailTemplate.objects.filter(kind=kind).values_list("subject", "body").first()
    return Text(*edited) if edited else mail_texts.BUILT_IN[kind]


def standing_problem(address: str) -> str:
    """Return why a mail to ``address`` cannot be tried at all as things stand, or nothing."""
    if not address:
        return NO_ADDRESS
    return "" if settings.MAIL_ENABLED else MAIL_OFF


def _own_values(
    kind: str,
    recipient: str,
    round: Round | None,
    region: Region | None,
    about: About | None,
    at: datetime,
) -> dict[str, str]:
    """Return what the arguments themselves say; names that ``kind`` lacks are left out."""
    values = {
        "round": str(round or ""),
        "region": region.name if region else _CITY,
        "date": day_in_words(timezone.localdate(at)),
        "recipient": recipient,
        # The mail may be read when another year is the current one.
        "link": reverse("desk:home") + (f"?year={round.year}" if round else ""),
        "reported_at": moment_in_words(at),
    }
    if about is not None:
        values |= about.values
    known = {each.name for each in mail_texts.placeholders_of(kind)}
    return {name: value for name, value in values.items() if name in known}


def _absolute(path: str) -> str:
    """Return ``path`` below the configured address of this site; the request's host is never asked (T33)."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError("a link of a mail is a path of this site")
    return f"{settings.SITE_URL.rstrip('/')}{path}"
