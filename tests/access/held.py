"""What the stage holds of activities, good examples and periodic reports, every text of a county marked."""

from datetime import UTC, date, datetime

from django.utils import timezone

from evaluation.examples import services as examples
from platforms.activities.rules import Link
from platforms.activities.services import activities, invitations
from platforms.models import Activity, GoodExample, PeriodicReturn, Platform, ReturnSchedule, Round, User
from platforms.periodic_reports.services import reports as periodic_reports
from tests import factories
from tests.access.world import Side

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
DAY = date(2026, 4, 24)


def held(own: Side, other: Side, city: User, round_: Round) -> None:
    """Activities of each county in each state, one of the city, a return of each platform, two examples."""
    values = dict.fromkeys(("for_functional_zone", "for_town", "for_park", "for_industry", "wants_text"), True)
    asked = {
        "title": "情况小结",
        "what": "请报送。",
        "figures": "服务企业（家）",
        "wants_file": False,
        "period": "once",
    }
    days = {"due_day": 5, "starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30)}
    periodic_reports.add(round=round_, values=values | asked | days, by=city, at=AT)
    for side in (own, other):
        _county(side)
    for number, side in enumerate((own, own)):
        row = examples.write(
            platform=_platform(side), values={"title": f"案例{number}", "text": "走访企业。", "picture_alt": "现场"},
            picture=factories.upload("现场.png", factories.PNG), by=city, at=timezone.now(),
        )  # fmt: skip
    examples.publish(example=row, by=city, at=timezone.now())


def _county(side: Side) -> None:
    mark, officer, platform = side.mark, side.officer, _platform(side)
    values = {
        "organiser": "county_hub", "kind": "training", "service_class": "law", "held_on": DAY,
        **{name: mark.text(name) for name in ("title", "hours", "place", "note")},
    }  # fmt: skip
    for state in ("cancelled", "reported", "planned"):
        row = activities.plan(values=values, invited=[platform], by=officer, at=AT)
        key = row.invitations.get().pk
        if state == "reported":
            answer = {key: ("refused", mark.text("refusal"))}
            invitations.answer(activity=row, answers=answer, by=officer, at=AT)
            later = datetime(2026, 4, 25, 2, 0, tzinfo=UTC)
            row = activities.hold(activity=row, version=1, by=officer, at=later)
            link = Link("https://www.nb.gov.cn/" + mark.letters, mark.text("link"))
            activities.report(
                activity=row, people=9, enterprises=3, summary=mark.text("summary"), links=[link], version=2,
                by=officer, at=later,
            )  # fmt: skip
        elif state == "cancelled":
            activities.cancel(activity=row, reason=mark.text("cancel"), version=1, by=officer, at=AT)
    periodic_reports.hand_in(
        row=return_of(side), text=mark.text("return"), figures={"服务企业（家）": "7"}, version=1, by=officer, at=AT
    )
    PeriodicReturn.objects.filter(pk=return_of(side).pk).update(figures={"服务企业（家）": mark.text("figure")})


def _platform(side: Side) -> Platform:
    return Platform.objects.filter(region=side.officer.region, results__grade="A").order_by("code")[0]


def activity_of(side: Side) -> Activity:
    """The planned activity of the county of ``side``."""
    return Activity.objects.get(region=side.officer.region, status="planned")


def return_of(side: Side) -> PeriodicReturn:
    """What the first platform of ``side`` hands in."""
    return PeriodicReturn.objects.get(platform=_platform(side), schedule=ReturnSchedule.objects.get())


def digest_of(example: GoodExample) -> str:
    """What the address of the picture of ``example`` ends with."""
    return example.picture_name.rpartition("/")[2]


def draft_example() -> GoodExample:
    """The example that is being written."""
    return GoodExample.objects.get(status="draft")


def public_example() -> GoodExample:
    """The example that everybody may read."""
    return GoodExample.objects.get(status="published")
