"""What the city asks on top in the current round of the demo, and how the units answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ningbo_windows.demo.cases import Case
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.papers import png
from platforms.applications.choices import ApplicationStatus, AttachmentKind, QuestionKind
from platforms.applications.services import attachments, questions
from platforms.choices import PlatformType
from platforms.models import Answer, Application, AuditEvent, Question, Round, User

ACCOUNT = "是否已在市中小企业公共服务平台开通服务账号"
SMALL = "上年度服务企业中的小微企业数"
SIGN = "统一标志标识的现场照片"
_CHOICES = ("已开通", "已开通", "正在申请", "未开通")
_ASKED: tuple[dict[str, Any], ...] = (
    {
        "section": "platform",
        "text": ACCOUNT,
        "help_text": "以市平台账号审核通过为准，用于服务资源共享。",
        "kind": QuestionKind.CHOICE,
        "options": "已开通\n正在申请\n未开通",
        "required": True,
    },
    {
        "section": "record",
        "text": SMALL,
        "help_text": "单位为家，按工信部企业划型标准统计；没有统计的可不填写。",
        "kind": QuestionKind.NUMBER,
    },
    {
        "section": "venue",
        "text": SIGN,
        "help_text": "已悬挂统一标志标识的，请上传正门照片。",
        "kind": QuestionKind.FILE,
        "types": [PlatformType.TOWN, PlatformType.PARK],
    },
)
#: How many of those who are at work have sent the picture already.
PICTURES = 3


def ask(round: Round, *, by: User, at: datetime) -> None:
    """Add the questions of the demo to ``round``."""
    for place, values in enumerate(_ASKED):
        questions.add(round=round, values=values, by=by, at=at + timedelta(minutes=4 * place))


def made_up(code: str, place: str, enterprises: int) -> dict[str, dict[str, str]]:
    """Return section → text of a question → answer for the platform at ``place``; not everybody has every figure."""
    # A source of its own: what is asked on top changes nothing else that is made up.
    draw = Draw(f"answers {code} {place}")
    found = {"platform": {ACCOUNT: draw.one(_CHOICES)}}
    if draw.random() < 0.7:
        found["record"] = {SMALL: str(enterprises * draw.between(78, 96) // 100)}
    return found


def write_answers(cases: Iterable[Case]) -> None:
    """Write what the sections of ``cases``, which are stored already, answered."""
    Answer.objects.bulk_create(
        [
            Answer(application=case.application, question=question, value=value)
            for case in cases
            for step in case.steps
            for question, value in case.answers_of(step, case.asked)
        ],
        batch_size=500,
    )


def send_pictures(round: Round) -> None:
    """Let a few who are filling in their form answer the question that asks for a file."""
    question = Question.objects.get(round=round, text=SIGN)
    rows = Application.objects.filter(
        round=round, type=PlatformType.TOWN, status=ApplicationStatus.DRAFT, has_unified_sign=True
    )
    last = AuditEvent.objects.order_by("-serial").values_list("at", flat=True)[0]
    for place, row in enumerate(rows.select_related("created_by").order_by("number")[:PICTURES], start=1):
        attachments.add(
            application=row,
            kind=AttachmentKind.QUESTION,
            question=question,
            upload=SimpleUploadedFile("窗口平台正门.png", png(60 + place)),
            by=row.created_by,
            at=last + timedelta(minutes=place),
        )
