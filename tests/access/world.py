"""What stands on the stage: two sides and their marks, and the world that holds both."""

from dataclasses import dataclass, field

from django.db import models

from evaluation.models import Assessment, Certification, Evaluation, Hearing, Publication, Scheme, SelfReport
from funding.models import AllocationRun
from platforms.models import (
    Application,
    Batch,
    Complaint,
    FilingException,
    FillLink,
    FollowUpSample,
    Ground,
    Park,
    Rectification,
    Round,
    User,
)
from tests import factories

CIXI, YINZHOU, CITY = "慈雀", "鄞雀", "市雀"
#: The officer of 慈溪市: known to the three administrators, never to another county.
OFFICER = "慈人"


@dataclass(frozen=True)
class Mark:
    """What marks one side: ``word`` in free text; ``digits`` in phones, ``letters`` in codes and mail."""

    word: str
    digits: str
    letters: str

    def text(self, name: str) -> str:
        return f"{self.word}{name}"

    @property
    def mobile(self) -> str:
        return f"1399{self.digits}"

    @property
    def phone(self) -> str:
        return f"0574-8{self.digits}"

    @property
    def mail(self) -> str:
        return f"{self.letters.lower()}@example.cn"

    def code(self, number: int) -> str:
        # 59: another unit of the civil affairs register, which may be of whatever nature.
        return factories.credit_code(number, f"59330{self.digits[-3:]}{self.letters}")

    @property
    def canaries(self) -> tuple[str, ...]:
        return (self.word, self.mobile, self.phone[5:], self.mail, self.letters)


MARKS = {
    "330282": Mark(CIXI, "2827282", "CXQX"),
    "330212": Mark(YINZHOU, "2126212", "YXQY"),
    "": Mark(CITY, "0005000", "HYQH"),
}


@dataclass
class Side:
    """What one county (or, for key industries, the city) has: an application in each status, and what hangs on it."""

    mark: Mark
    officer: User
    applications: dict[str, Application] = field(default_factory=dict)
    link: FillLink | None = None
    token: str = ""
    complaint: Complaint | None = None
    ground: Ground | None = None
    park: Park | None = None
    batch: Batch | None = None
    leave: FilingException | None = None
    rectifications: dict[str, Rectification] = field(default_factory=dict)
    sample: FollowUpSample | None = None
    #: The self-report that its unit writes, with the token of its link, and the one that waits to be checked.
    report: SelfReport | None = None
    report_token: str = ""
    handed_report: SelfReport | None = None
    #: The hearing that its platform may answer, with the token of its link, and the one that waits for a reply.
    hearing: Hearing | None = None
    hearing_token: str = ""
    answered_hearing: Hearing | None = None

    def __getitem__(self, status: str) -> Application:
        return self.applications[status]

    @property
    def fresh(self) -> Application:
        """A draft with nothing missing."""
        return self.applications["complete"]


@dataclass
class World:
    """The whole stage; ``own`` is 鄞州区, ``other`` 慈溪市."""

    people: dict[str, User]
    own: Side
    other: Side
    industry: Side
    rounds: dict[str, Round]
    publication: Publication
    evaluation: Evaluation
    scheme: Scheme
    runs: dict[str, AllocationRun]

    def assessment(self, region: str, status: str) -> Assessment:
        return Assessment.objects.get(evaluation=self.evaluation, application__region__code=region, status=status)

    def certificates(self, region: str) -> list[Certification]:
        return list(Certification.objects.filter(result__region__code=region).order_by("number"))


def text_fields(model: type[models.Model]) -> list[str]:
    """Return the columns of ``model`` that hold what somebody wrote."""
    return [
        each.name
        for each in model._meta.concrete_fields
        if isinstance(each, (models.CharField, models.TextField, models.JSONField)) and not each.choices
    ]
