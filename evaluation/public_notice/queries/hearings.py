"""When a hearing about a grade has come to its end with its notice."""

from django.db.models import Exists, OuterRef, Q

from evaluation.hearings.choices import HearingKind
from evaluation.models import NoticeLine
from evaluation.public_notice.choices import NoticeStatus

_LINES = NoticeLine.objects.filter(assessment=OuterRef("assessment"))
#: The notice that it was sent with was stopped: the next one sends another.
_STOPPED = Exists(
    _LINES.filter(
        notice__status=NoticeStatus.STOPPED,
        notice__decided_at__lte=OuterRef("sent_at"),
        notice__stopped_at__gte=OuterRef("sent_at"),
    )
)
#: The list was changed since, and the platform is proposed for certification.
_CERTIFIED = Exists(_LINES.filter(notice__status=NoticeStatus.OPENED, is_public=True, made_at__gt=OuterRef("sent_at")))
#: Of a hearing: what it told is no longer intended.
NO_LONGER_INTENDED = Q(kind=HearingKind.GRADE) & (Q(_STOPPED) | Q(_CERTIFIED))
