"""A round is driven at random by its cast: nothing of a score or a grade reaches anybody whose it is not."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from evaluation.flags.services import raise_flag
from evaluation.marking.services import assessments, sheets, staging
from evaluation.marking.services.assigning import assign
from evaluation.marking.services.entering import ScoreEntry
from evaluation.models import Assessment, Evaluation, Sheet
from platforms.errors import Refusal
from platforms.models import User
from tests.evaluation import stage
from tests.evaluation.marking.judging import full
from tests.trust.crawl import links

pytestmark = pytest.mark.django_db
#: After the day on which counties hand in at the latest.
AT = stage.moment(2020) + timedelta(days=40)
#: Where somebody goes on from; and where links lead to scores, if anywhere.
STARTS = ("/desk/", "/admin/", "/admin/evaluation/sheet/", "/desk/self-reports/", "/", "/api/v1/results")
PATHS = ("/admin/evaluation/", "/admin/platforms/application/", "/desk/self-reports", "/desk/years", "/results")
MOST_PAGES = 60
#: The grade of a failed gate is named where a gate is asked; the others only where somebody has one.
GRADES = ("A档", "B档", "C档")


@dataclass
class Cast:
    """Who takes part, what each may read of what was written, and the round that they drive."""

    people: dict[str, User]
    random: Random
    secrets: list[tuple[str, set[str]]] = field(default_factory=list)
    made: int = 0

    def secret(self, *readers: str) -> str:
        """Return a word that only ``readers`` may ever see."""
        self.made += 1
        word = f"密语{self.made:03d}号"
        self.secrets.append((word, set(readers)))
        return word

    def row(self) -> Assessment:
        return self.random.choice(list(Assessment.objects.order_by("pk")))

    def entries(self, word: str) -> dict[str, ScoreEntry]:
        entries = full(self.random.choice("ABC"))
        return {code: ScoreEntry(e.passed, e.verified, e.points, word) for code, e in entries.items()}


def county_scores(cast: Cast) -> None:
    own = Sheet.objects.filter(kind="county", status="open", assessment__application__region__code="330212")
    sheet = cast.random.choice(list(own.order_by("pk")) or [None])  # type: ignore[list-item]
    if sheet:
        finish = cast.random.random() < 0.6
        entries = cast.entries(cast.secret("yinzhou", "city"))
        sheets.save_marks(
            sheet=sheet, entries=entries, revision=sheet.revision, by=cast.people["yinzhou"], at=AT, finish=finish
        )


def city_scores(cast: Cast) -> None:
    row = cast.row()
    entries = cast.entries(cast.secret("city"))
    finish = cast.random.random() < 0.7
    assessments.save_scores(
        assessment=row, entries=entries, revision=row.revision, by=cast.people["city"], at=AT, finish=finish
    )


def city_assigns(cast: Cast) -> None:
    row = cast.row()
    for name in ("assessor", "assessor2"):
        assign(assessment=row, judge=cast.people[name], by=cast.people["city"], at=AT)


def assessor_scores(cast: Cast) -> None:
    name = cast.random.choice(("assessor", "assessor2"))
    sheet = Sheet.objects.filter(judge=cast.people[name], status="open").first()
    if sheet:
        entries = cast.entries(cast.secret(name, "city"))
        sheets.save_marks(
            sheet=sheet, entries=entries, revision=sheet.revision, by=cast.people[name], at=AT, finish=True
        )


def city_stages(cast: Cast) -> None:
    row = cast.row()
    grade, word = cast.random.choice(row.terms.grade_codes), cast.secret("city")
    staging.stage(assessment=row, grade=grade, reason=word, by=cast.people["city2"], at=AT)


def city_unstages(cast: Cast) -> None:
    row = cast.row()
    staging.unstage(assessments={row.pk: row.revision}, by=cast.people["city2"], at=AT)


def city_sends_back(cast: Cast) -> None:
    assessments.reopen(assessment=cast.row(), reason=cast.secret("city"), by=cast.people["city2"], at=AT)


def city_flags(cast: Cast) -> None:
    word = cast.secret("city")
    raise_flag(assessment=cast.row(), kind="doubtful", text=word, for_whom="city", by=cast.people["city"], at=AT)


def city_applies(cast: Cast) -> None:
    staging.apply_staged(evaluation=Evaluation.objects.get(), by=cast.people["city2"], at=AT)


ACTS: tuple[Callable[[Cast], None], ...] = (
    county_scores, county_scores, city_scores, city_scores, city_scores, city_assigns, assessor_scores,
    assessor_scores, city_stages, city_stages, city_unstages, city_sends_back, city_flags, city_applies,
)  # fmt: skip


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Yield address and text of what ``client`` reaches."""
    starts = [*addresses(), *STARTS]
    waiting, seen = deque(starts), set(starts)
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        text = _text(content)
        yield path, text
        for target in links(path, text):
            if target not in seen and target.startswith(PATHS) and len(seen) < MOST_PAGES + len(starts):
                seen.add(target)
                waiting.append(target)


def addresses() -> Iterator[str]:
    """Yield the pages of every assessment and every sheet, whoever may open them."""
    for name, rows in (("assessment", Assessment.objects.all()), ("sheet", Sheet.objects.all())):
        for pk in rows.values_list("pk", flat=True):
            page = f"/admin/evaluation/{name}/{pk}"
            yield from (f"{page}/{view}" for view in ("change/", "history/"))


def _text(content: bytes) -> str:
    if content[:2] != b"PK":
        return unescape(content.decode("utf-8", "replace"))
    cells = (row for page in load_workbook(BytesIO(content)).worksheets for row in page.iter_rows(values_only=True))
    return " ".join(str(cell) for row in cells for cell in row)


@pytest.mark.clause("N20")
@pytest.mark.trust("T13")
@pytest.mark.parametrize("seed", [20, *(pytest.param(each, marks=pytest.mark.long) for each in (26, 31))])
def test_nothing_of_a_score_or_a_grade_reaches_others_before_its_release(
    seed: int, city: User, city2: User, yinzhou: User, cixi: User, assessor: User, assessor2: User, finance: User,
    browser_of: Any, stranger: Client,
) -> None:  # fmt: skip
    stage.started(
        stage.filed_round({"330212": {"A": 3}, "330282": {"A": 1}}),
        by=stage.city_officer(),
        at=stage.moment(2020),
        first_scores=False,
    )
    people = {"city": city, "city2": city2, "yinzhou": yinzhou, "assessor": assessor, "assessor2": assessor2}
    cast = Cast(people, Random(seed))
    outsiders = {name: browser_of(person) for name, person in
                 (("yinzhou", yinzhou), ("cixi", cixi), ("assessor", assessor), ("assessor2", assessor2),
                  ("finance", finance))} | {"stranger": stranger}  # fmt: skip
    done = 0
    for number in range(1, 41):
        try:
            cast.random.choice(ACTS)(cast)
            done += 1
        except Refusal:
            continue
        if number % 20 == 0:
            look(cast, outsiders)
    look(cast, outsiders)
    assert done > 10
    assert Assessment.objects.exclude(points=None).exists()
    # What is hidden is there to be seen by the city: the walk would find it.
    shown = " ".join(text for _, text in pages(browser_of(city)))
    assert any(word in shown for word, readers in cast.secrets if readers == {"city"})


def look(cast: Cast, outsiders: dict[str, Client]) -> None:
    """Hold that nobody outside reads a word or a grade that is not for that person."""
    for name, client in outsiders.items():
        foreign = [word for word, readers in cast.secrets if name not in readers]
        for path, text in pages(client):
            # The lists of finance are filtered by the grades that there are.
            found = [word for word in (*foreign, *(GRADES if name != "finance" else ())) if word in text]
            assert found == [], (name, path)
