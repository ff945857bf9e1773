"""Rows of every kind that a figure of the counted period counts, put into the tables one at a time."""

from datetime import date, datetime, time, timedelta
from typing import Any

from platforms.dates import NINGBO
from platforms.models import (
    Activity,
    Complaint,
    Enterprise,
    FollowUp,
    FollowUpSample,
    Invitation,
    PeriodicReturn,
    Platform,
    Rectification,
    ReturnSchedule,
    Round,
    ServiceRecord,
    Task,
    TaskTemplate,
    User,
)
from platforms.rounds.counted_period import Period
from tests import factories
from tests.platforms.supervised import record_of

PERIOD = Period(date(2026, 4, 18), date(2026, 7, 25))
#: A day in the midst of it.
DAY = date(2026, 6, 1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), NINGBO)


class Facts:
    """Makes rows of ``platform``, all of them by ``by``; each counts on :data:`DAY` unless another day is given."""

    def __init__(self, platform: Platform, round_: Round, by: User) -> None:
        self.platform, self.round, self.by = platform, round_, by
        self.number = 0

    def _next(self) -> int:
        self.number += 1
        return self.platform.pk * 1000 + self.number

    def record(self, on: date = DAY, **more: Any) -> ServiceRecord:
        number = self._next()
        return record_of(self.platform, number, **{"served_on": on, "enterprise": number, **more})

    def call(self, on: date = DAY, result: str = "confirmed", **more: Any) -> FollowUp:
        number, at = self._next(), noon(on)
        sample, _ = FollowUpSample.objects.get_or_create(
            number=f"HF-{self.platform.pk}",
            defaults={"from_on": on, "until_on": on, "size": 1, "seed": "s", "population": 1, "digest": "d",
                      "drawn_at": at, "drawn_by": self.by},
        )  # fmt: skip
        code = factories.credit_code(number, "91330299MA")
        who, _ = Enterprise.objects.get_or_create(
            code=code, defaults={"name": "甲公司", "first_name": "甲公司", "first_seen_at": at}
        )
        called = {"called_at": at, "called_by": self.by} if result else {}
        return FollowUp.objects.create(
            sample=sample, position=self.number, platform=self.platform, enterprise=who, source="test",
            external_id=str(number), record_version=1, served_on=on, service_class="information", recorded_fee=0,
            result=result, **called | more,
        )  # fmt: skip

    def activity(self, on: date = DAY, **more: Any) -> Activity:
        """One that the platform held and reported."""
        values = {"platform": self.platform, "organiser": "platform"} | more
        return factories.activity_of(self.by, held_on=on, **values)

    def invitation(self, on: date = DAY, answer: str = "accepted", **more: Any) -> Invitation:
        """One to an activity of a hub; ``organiser``, ``status`` and what belongs to it are the activity's."""
        of_activity = {name: more.pop(name) for name in ("organiser", "platform") if name in more}
        answered = {"answered_at": noon(on), "answered_by": self.by} if answer else {}
        values = {"took_part": answer == "accepted", "reason": "冲突" if answer == "refused" else ""} | more
        return Invitation.objects.create(
            activity=factories.activity_of(self.by, held_on=on, **of_activity), platform=self.platform,
            invited_at=noon(on), invited_by=self.by, answer=answer, **answered | values,
        )  # fmt: skip

    def task(self, on: date = DAY, done: datetime | None = None, **more: Any) -> Task:
        """One that is due on the day, and done at ``done``."""
        template = TaskTemplate.objects.create(
            round=self.round, phase=2, title=f"任务{self._next()}", proof="完成", due_on=on
        )
        finished = {"done_at": done, "done_by": self.by} if done else {}
        return Task.objects.create(template=template, platform=self.platform, due_on=on, **finished | more)

    def periodic_return(self, on: date = DAY, **more: Any) -> PeriodicReturn:
        """One that is due on the day and was handed in, unless ``more`` says otherwise."""
        schedule = ReturnSchedule.objects.create(
            round=self.round, title=f"月报{self._next()}", period="once", starts_on=on, ends_on=on
        )
        values = {"handed_in_at": noon(on), "handed_in_by": self.by} | more
        return PeriodicReturn.objects.create(
            schedule=schedule, platform=self.platform, key="once", label="一次", due_on=on, **values
        )

    def rectification(self, on: date = DAY, **more: Any) -> Rectification:
        values = {"opened_at": noon(on), "opened_by": self.by} | more
        return Rectification.objects.create(
            number=f"ZG{self._next()}", platform=self.platform, round=self.round, finder="city",
            clause="conditions.venue", problem="未公示", due_on=on + timedelta(days=15), **values,
        )  # fmt: skip

    def complaint(self, on: date = DAY, **more: Any) -> Complaint:
        """One that was verified."""
        number, at = self._next(), noon(on)
        decided = {"finding": "supported", "examined_at": at, "examined_by": self.by, "decided_at": at,
                   "decided_by": self.by, "status": "verified", "received_at": at}  # fmt: skip
        return Complaint.objects.create(
            platform=self.platform, number=f"TS{number}", text="收费", enterprise="甲公司", contact_name="周某",
            contact_phone="13800138000", sender_hash="a", text_hash=str(number), **decided | more,
        )  # fmt: skip

    def everything(self, on: date = DAY) -> None:
        """One row for every figure, each on its good side where it has one, and one more on the other side."""
        self.record(on, fee=5)
        self.record(on, free_category="", service_class="law")
        self.call(on, satisfaction=5)
        self.call(on, satisfaction=1, satisfaction_differs=True)
        self.call(on, "not_reached")
        self.activity(on)
        self.invitation(on)
        self.invitation(on, "refused", organiser="city_hub")
        self.invitation(on, "")
        self.task(on, noon(on))
        self.task(on)
        self.periodic_return(on)
        self.periodic_return(on, late=True)
        self.rectification(on)
        self.complaint(on)
