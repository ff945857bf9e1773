"""How invented applications come about: filled in the usual order, sent, returned, answered, accepted."""

from collections.abc import Sequence
from datetime import date, timedelta

from ningbo_windows.demo import words
from ningbo_windows.demo.calendar import Clock, Dates
from ningbo_windows.demo.cases import Case, Step
from ningbo_windows.demo.forms import Form, fill
from ningbo_windows.demo.questions import made_up
from ningbo_windows.demo.units import Unit
from ningbo_windows.demo.world import World
from platforms.applications.correction import Asked
from platforms.applications.services.drafts import local_day
from platforms.models import Platform, User

#: The order in which a form is filled; what a half-filled draft has is a beginning of it.
ORDER = (
    "section:platform", "section:operator", "section:venue", "rows:staff", "rows:services", "rows:partners",
    "section:record", "rows:rules", "section:plan", "section:commitment", "files",
)  # fmt: skip
#: Of which grade the figures are where they do not decide the outcome.
LEVELS = {"A+": "B", "D-": "D", "D!": "C", "D?": "C", "X": "C", "R": "C"}


class Maker:
    """Makes the cases of one round."""

    def __init__(self, world: World, dates: Dates) -> None:
        self._world, self._dates, self._draw = world, dates, world.draw

    def finished(self, code: str, place: str, outcome: str, *, late: bool = False) -> Case:
        """Return an application of a finished round; ``outcome`` as in the plans."""
        site, _, form = self._begin(code, place, LEVELS.get(outcome, outcome))
        last_start = (self._dates.due - self._dates.opened).days - 15
        day = self._dates.due - timedelta(days=3) if late else self._day(1, last_start)
        clock = Clock(self._draw, day, until=self._dates.closed)
        by = self._world.officer(site)
        steps = self._filled(form, clock, by)
        sent = clock.days(5, 6) if late else clock.days(1, 6)
        steps.append(Step("submit", sent, by, words.OVER_QUOTA))
        if outcome == "X":
            steps.append(Step("withdraw", clock.days(2, 5), by, self._draw.one(words.WITHDRAWALS)))
        elif outcome == "R":
            steps.append(self._returned(clock))
        else:
            if self._draw.random() < 0.15:
                steps += self._corrected(form, clock, by)
            steps.append(self._accepted(clock))
        return Case(site, form, steps, grade=outcome if outcome[0] in "ABCD" else "")

    def running(self, code: str, place: str, outcome: str) -> Case:
        """Return an application of the current round; ``outcome`` as in the plans."""
        site, unit, form = self._begin(code, place, self._draw.one("AABBBC"))
        # What still has to be sent and answered was begun earlier.
        latest = 13 if outcome in ("new", "half", "full", "link", "sent") else 9
        clock = Clock(self._draw, self._day(1, latest), until=self._world.today)
        by = self._world.officer(site)
        if outcome in ("link", "handed"):
            return self._by_link(site, unit, form, clock, by, back=outcome == "handed")
        if outcome == "sent":
            steps = [*self._filled(form, clock, by, until=0), *(self._sent(clock, by, slug) for slug in words.SENT)]
            return Case(site, _part(form, 0), steps, recipient=unit.operator_name)
        if outcome == "new":
            return Case(site, _part(form, 0), self._filled(form, clock, by, until=0))
        if outcome == "half":
            done = self._draw.between(1, 7)
            return Case(site, _part(form, done), self._filled(form, clock, by, until=done))
        steps = self._filled(form, clock, by)
        if outcome in ("full", "checked"):
            if outcome == "checked":
                steps.append(Step("check", clock.minutes(20, 50), by))
            return Case(site, form, steps)
        steps.append(Step("submit", clock.days(1, 2), by, words.OVER_QUOTA))
        if outcome in ("returned", "overdue"):
            steps += self._asked(clock, by, late=outcome == "overdue")
        elif outcome in ("again", "twice"):
            steps += self._corrected(form, clock, by)
            if outcome == "twice":
                steps += self._corrected_again(clock, by)
        elif outcome == "accepted":
            steps.append(self._accepted(clock))
        elif outcome == "withdrawn":
            steps.append(Step("withdraw", clock.days(1, 2), by, self._draw.one(words.WITHDRAWALS)))
        return Case(site, form, steps)

    def _begin(self, code: str, place: str, level: str) -> tuple[Platform, Unit, Form]:
        site = self._world.site(code, place)
        unit = self._world.unit(site)
        form = fill(self._draw, site=site, unit=unit, level=level, on=self._dates.opened)
        form.answers = made_up(code, place, form.sections["record"]["enterprises_served"])
        return site, unit, form

    def _day(self, first: int, last: int) -> date:
        return self._dates.opened + timedelta(days=self._draw.between(first, last))

    def _filled(self, form: Form, clock: Clock, by: User | None, *, until: int = len(ORDER)) -> list[Step]:
        steps = [Step("create", clock.now, by)]
        steps += self._sections(form, clock, by, until=until)
        if "commitment" in form.sections and "county_opinion_on" in form.sections["commitment"]:
            # Not the day of the last step: nobody dates an opinion ahead.
            said = next((step for step in steps if step.name == "section:commitment"), steps[-1])
            form.sections["commitment"]["county_opinion_on"] = said.at.date()
        return steps

    def _sections(self, form: Form, clock: Clock, by: User | None, *, until: int = len(ORDER)) -> list[Step]:
        names = [name for name in ORDER[:until] if name != "rows:partners" or form.rows["partners"]]
        return [Step(name, clock.minutes(4, 45), by) for name in names]

    def _returned(
        self, clock: Clock, reason: str = "", items: Sequence[Asked] = (), *, due_at_once: bool = False
    ) -> Step:
        at = clock.days(1, 2)
        due_on = local_day(at) if due_at_once else None
        return Step("return", at, self._city(), reason or self._draw.one(words.RETURNS), items=items, due_on=due_on)

    def _asked(self, clock: Clock, by: User, *, late: bool) -> list[Step]:
        """Return with three questions, the first of which is answered."""
        returned = self._returned(clock, items=words.QUESTIONS, due_at_once=late)
        return [returned, Step("answer:0", returned.at + timedelta(minutes=40), by, words.FIRST_ANSWER)]

    def _corrected(self, form: Form, clock: Clock, by: User) -> list[Step]:
        """Return, correct and send again; what is corrected differs from what was sent first."""
        returned = self._returned(clock, words.HOURS_DIFFER, words.QUESTIONS[:1])
        hours = next(each for each in words.HOURS if each != form.sections["platform"]["opening_hours"])
        return [
            returned,
            Step("correct:platform", clock.days(1, 2), by, values={"opening_hours": hours}),
            # What was sealed has changed: printed, sealed and scanned once more.
            Step("replace:stamped", clock.minutes(60, 120), by, values={"name": "盖章扫描件（补正后）.pdf"}),
            Step("resubmit", clock.minutes(5, 50), by, self._draw.one(words.ANSWERS)),
        ]

    def _corrected_again(self, clock: Clock, by: User) -> list[Step]:
        """Return a second time for another question, correct and send again."""
        return [
            self._returned(clock, words.SECOND[0].text, words.SECOND),
            Step("correct:venue", clock.minutes(60, 120), by, values={"equipment": words.CORRECTED_EQUIPMENT}),
            Step("resubmit", clock.minutes(5, 50), by, self._draw.one(words.ANSWERS)),
        ]

    def _accepted(self, clock: Clock) -> Step:
        return Step("accept", clock.days(1, 2), self._city(), self._draw.one(words.CITY_OPINIONS))

    def _city(self) -> User:
        return self._world.people["city" if self._draw.random() < 0.6 else "city2"]

    def _sent(self, clock: Clock, by: User, slug: str) -> Step:
        return Step("link", clock.minutes(2, 10), by, values={"section": slug})

    def _by_link(self, site: Platform, unit: Unit, form: Form, clock: Clock, by: User, *, back: bool) -> Case:
        form.sections["commitment"] = {"committed": True}
        done = len(ORDER) if back else self._draw.between(1, 4)
        steps = [Step("create", clock.now, by), Step("link", clock.minutes(2, 10), by)]
        steps.append(Step("open", clock.days(1, 2), None))
        steps += self._sections(form, clock, None, until=done)
        if back:
            steps.append(Step("hand_over", clock.minutes(5, 30), None))
        return Case(site, _part(form, done), steps, recipient=unit.operator_name)


def _part(form: Form, done: int) -> Form:
    """Return what of ``form`` is there after the first ``done`` steps of the usual order."""
    names = ORDER[:done]
    sections = {slug: values for slug, values in form.sections.items() if f"section:{slug}" in names}
    answers = {slug: values for slug, values in form.answers.items() if slug in sections}
    return Form(sections, form.rows, form.files if "files" in names else [], answers)
