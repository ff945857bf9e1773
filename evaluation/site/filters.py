"""Filters in the address: the same names, meanings and answers for list, map, open data and API."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils import timezone
from django.utils.http import urlencode

from evaluation.certification import certificate_number
from evaluation.certification.queries import published as in_database
from evaluation.certification.queries.published import (
    CITY_CODE,
    CITY_NAME,
    FACETS,
    HOLDING_STATES,
    MOST_CHARACTERS,
    STATES,
    Cell,
    Wanted,
    in_extent,
    number_patterns,
)
from evaluation.models import Publication
from platforms.choices import TYPES_IN_SHORT, PlatformType, ServiceClass
from platforms.notices.clauses import activate
from platforms.notices.models import value_of
from platforms.notices.queries import in_use
from platforms.notices.terms import Terms, merged

NAMES = ("q", "round", "state", "region", "town", "type", "service", "grade")
#: What the choice of the year calls the lines that are in force today, whatever year they are of.
IN_FORCE = "现行有效"
#: What ``round`` is in an address that asks for the lines of all rounds, and how that is called.
EVERY, EVERY_ROUND = "all", "全部年度"
#: With more towns than this a region has no choice of them: the search finds them.
MOST_TOWNS = 60

#: How many lines a press on a choice will show, by the name of the filter and the value; "" leaves the filter out.
Counts = Mapping[tuple[str, str], int]


class Vocabulary(Protocol):
    """What addresses can name: the functions of ``queries.published`` of the same names, or a snapshot of them."""

    def publications(self) -> list[Publication]: ...
    def regions(self) -> list[tuple[str, str]]: ...
    def region_name(self, code: str) -> str | None: ...
    def towns(self, region: str) -> list[str]: ...
    def is_town(self, name: str) -> bool: ...


@dataclass(frozen=True)
class Filters:
    """What an address asks for: a published round, all of them, or what is in force today where it names neither.

    A state without a round is looked for in all rounds. ``latest`` is the round that was published last. ``terms`` are
    those of the notices that the lines are of. ``regions`` and ``towns`` are what can be chosen from. ``wrong`` are the
    names of values that mean nothing and were left out, each with a Chinese sentence.
    """

    wanted: Wanted
    published: tuple[Publication, ...]
    terms: tuple[Terms, ...]
    wrong: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...] = ()
    towns: tuple[str, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are published, the latest first."""
        return tuple(each.round.year for each in self.published)

    @property
    def year(self) -> int | None:
        """The year of the round asked for."""
        return self.wanted.year

    @property
    def latest(self) -> Publication | None:
        return self.published[0] if self.published else None

    @property
    def about(self) -> Publication | None:
        """The publication whose notice the page cites."""
        return self.wanted.publication or self.latest

    @property
    def problems(self) -> list[str]:
        """The sentences on what is wrong."""
        return [sentence for _, sentence in self.wrong]

    @property
    def is_set(self) -> bool:
        """Whether anything narrows what the choice of the year shows."""
        return bool(self.wanted.q) or any(getattr(self.wanted, name) for name in FACETS)

    @property
    def extent(self) -> str:
        """The rounds asked for, in words."""
        if self.year:
            return f"{self.year}年度"
        return EVERY_ROUND if self.wanted.every else IN_FORCE

    @property
    def certificate(self) -> str:
        """The certificate number that is searched for, in its normal form; empty for any other search.

        A number of before this system is of no pattern: it is searched for like a name.
        """
        return certificate_number.normalise(self.wanted.q, self.wanted.patterns)

    def given(self) -> dict[str, str]:
        """Return the names and values that the address of these filters has, empty ones included."""
        round_ = EVERY if self.wanted.every else str(self.year or "")
        return {name: round_ if name == "round" else getattr(self.wanted, name) for name in NAMES}

    def kept(self, *left_out: str) -> list[dict[str, str]]:
        """Return what a form sends along that asks anew for what is in ``left_out``."""
        pairs = self.given().items()
        return [{"name": name, "value": value} for name, value in pairs if value and name not in left_out]

    def query(self, **changes: str) -> str:
        """Return the query string that asks for the same with ``changes``; a change to nothing drops the filter."""
        kept = {name: value for name, value in (self.given() | changes).items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def cleared(self) -> str:
        """Return the query string of the same rounds without search and filters."""
        return self.query(q="", **dict.fromkeys(FACETS, ""))


def searched(text: str) -> str:
    """Return what a search for ``text`` looks for: in half width, words one blank apart."""
    return " ".join(unicodedata.normalize("NFKC", text).split())[:MOST_CHARACTERS].strip()


def read_filters(params: Mapping[str, Any], known_as: Vocabulary = in_database) -> Filters:
    """Read the filters from the address; what it names beside :data:`NAMES` is not looked at."""
    given = {name: str(params.get(name) or "").strip() for name in NAMES}
    problems = []
    published = known_as.publications()
    by_year = {str(publication.round.year): publication for publication in published}
    publication = by_year.get(given["round"])
    if given["round"] not in ("", EVERY, *by_year):
        problems.append(("round", "所选年度没有公布的认定结果。"))
    about = publication or (published[0] if published else None)
    if about is not None:
        activate(about.round.notice_id)

    def known(name: str, values: Collection[str], sentence: str) -> str:
        """Return what is given for ``name`` if it is one of ``values``; say what is wrong otherwise."""
        if given[name] and given[name] not in values:
            problems.append((name, sentence))
            return ""
        return given[name]

    state = known("state", dict(STATES), "没有所选的认定状态。")
    names = dict(known_as.regions()) if published else {}
    named = given["region"] and (names.get(given["region"]) or known_as.region_name(given["region"]))
    region = known("region", [given["region"]] if named else [], "没有所选的地区。")
    of_region = known_as.towns(region) if region and region != CITY_CODE else []
    there = given["town"] in of_region if region else bool(given["town"]) and known_as.is_town(given["town"])
    town = known("town", [given["town"]] if there else [], "没有所选的乡镇（街道）或功能区。")
    type_ = known("type", PlatformType.values, "没有所选的类型。")
    service = known("service", ServiceClass.values, "没有所选的服务类别。")
    terms = terms_of([publication] if publication else published)
    grade = known("grade", {code for each in terms for code in each.grade_codes}, "没有所选的档次。")
    wanted = Wanted(
        publication=publication,
        on=timezone.localdate(),
        q=searched(given["q"]),
        region=region,
        region_name=named if region and named else "",
        type=type_,
        grade=grade,
        patterns=number_patterns(published),
        every=publication is None and (given["round"] == EVERY or bool(state)),
        state=state,
        town=town,
        service=service,
    )
    return Filters(
        wanted=wanted,
        published=tuple(published),
        terms=terms,
        wrong=tuple(problems),
        regions=(*names.items(), (CITY_CODE, CITY_NAME)) if names else (),
        towns=tuple(of_region) if len(of_region) <= MOST_TOWNS else (town,) if town else (),
    )


def chip_groups(filters: Filters, counted: Iterable[Cell], path: str) -> list[dict[str, Any]]:
    """Return the groups of ``components/chips.html``; each count is what a press on the chip will show."""
    return groups_of(filters, counts_of(filters, counted), path)


def counts_of(filters: Filters, counted: Iterable[Cell]) -> Counts:
    """Add up what a press on each choice will show; ``counted`` is what the search finds in all rounds."""
    wanted = filters.wanted
    counts: dict[tuple[str, str], int] = defaultdict(int)
    ungraded = years_without_grade(filters)
    for cell in counted:
        missed = {name for name in FACETS if getattr(wanted, name) and getattr(wanted, name) not in cell.values(name)}
        inside = in_extent(cell, wanted)
        for name in FACETS:
            if not missed <= LEFT_OUT.get(name, {name}):
                continue
            if inside:
                counts[name, ""] += cell.count
            # A state is chosen from all rounds, unless a round is.
            if inside or (name == "state" and not wanted.publication):
                for value in filter(None, cell.values(name)):
                    counts[name, value] += cell.count
        if missed <= {"state"} and cell.state in HOLDING_STATES:
            counts["round", ""] += cell.count
        if not missed:
            counts["round", EVERY] += cell.count
        if cell.current and missed <= ({"grade"} if cell.round in ungraded else set()):
            counts["round", str(cell.round)] += cell.count
    return counts


#: Which filters a press on a choice leaves out beside its own.
LEFT_OUT = {"region": {"region", "town"}}


def years_without_grade(filters: Filters) -> set[int]:
    """Return the years whose notice knows no such grade as the one asked for; choosing one drops the grade."""
    grade = filters.wanted.grade
    return {each.round.year for each in filters.published if grade and grade not in each.round.terms.grade_codes}


def groups_of(filters: Filters, counts: Counts, path: str) -> list[dict[str, Any]]:
    """Return the groups of ``components/chips.html``, the choices of each independent of the search."""
    wanted = filters.wanted

    def group(label: str, name: str, options: Iterable[tuple[str, str]]) -> dict[str, Any]:
        dropped = {each: "" for each in LEFT_OUT.get(name, ()) if each != name}
        return {
            "label": label,
            "options": [
                {
                    "label": text,
                    "url": path + filters.query(**dropped, **{name: value}),
                    "active": value == getattr(wanted, name),
                    "count": counts.get((name, value), 0),
                }
                for value, text in [("", "全部"), *options]
            ],
        }

    chosen = dict(filters.regions)
    if wanted.region:
        chosen.setdefault(wanted.region, wanted.region_name)
    groups = [
        group("地区", "region", chosen.items()),
        group("类型", "type", TYPES_IN_SHORT.items()),
        group("服务", "service", ServiceClass.choices),
        group("档次", "grade", grades_of(filters)),
    ]
    if filters.towns:
        groups.insert(1, group("乡镇、功能区", "town", [(name, name) for name in filters.towns]))
    if filters.years:
        groups = [round_group(filters, counts, path), group("状态", "state", STATES), *groups]
    return groups


def terms_of(published: Iterable[Publication]) -> tuple[Terms, ...]:
    """Return the terms of the notices of these rounds, each notice once; before the first publication those in use."""
    notices = dict.fromkeys(each.round.notice_id for each in published)
    if not notices:
        notice = in_use()
        notices = {} if notice is None else {notice: None}
    return tuple(value_of(notice).terms for notice in notices)


def grades_of(filters: Filters) -> list[tuple[str, str]]:
    """Return the grades that the lines asked for can have, with labels: what is in force is certified (四·(四))."""
    wanted = filters.wanted
    whole = wanted.publication is not None or wanted.every
    return merged(
        [(grade.code, grade.label) for grade in terms.grades if whole or grade.certified or wanted.grade == grade.code]
        for terms in filters.terms
    )


def round_group(filters: Filters, counts: Counts, path: str) -> dict[str, Any]:
    """Return the choice between what is in force today, all rounds and one of them; one is always chosen."""
    now, ungraded = filters.given()["round"], years_without_grade(filters)
    # What is in force today is of two states only: a chosen state goes.
    options = [("", IN_FORCE, {"state": ""}), (EVERY, EVERY_ROUND, {})]
    options += [(str(year), f"{year}年度", {"grade": ""} if year in ungraded else {}) for year in filters.years]
    return {
        "label": "年度",
        "options": [
            {
                "label": label,
                "url": path + filters.query(round=value, **dropped),
                "active": value == now,
                "count": counts.get(("round", value), 0),
            }
            for value, label, dropped in options
        ],
    }
