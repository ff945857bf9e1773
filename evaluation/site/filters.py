"""Filters in the address: the same names, meanings and answers for list, map, open data and API."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.http import urlencode

from evaluation.certification import certificate_number
from evaluation.certification.queries.published import (
    CITY_CODE,
    CITY_NAME,
    MOST_CHARACTERS,
    Cell,
    Wanted,
    fits,
    number_patterns,
    publications,
    region_name,
)
from evaluation.models import Publication
from platforms.choices import PlatformType
from platforms.notices.clauses import activate
from platforms.notices.models import value_of
from platforms.notices.queries import in_use
from platforms.notices.terms import Terms, merged

NAMES = ("q", "round", "region", "type", "grade")
#: What the choice of the year calls the lines that are in force today, whatever year they are of.
IN_FORCE = "现行有效"


@dataclass(frozen=True)
class Filters:
    """What an address asks for: one published round, or what is in force today where it names none.

    ``year`` is that of the round asked for, ``latest`` the round that was published last. ``terms`` are those of the
    notices that the lines are of. ``wrong`` are the names of values that mean nothing and were left out, each with a
    Chinese sentence.
    """

    wanted: Wanted
    years: tuple[int, ...]
    year: int | None
    latest: Publication | None
    terms: tuple[Terms, ...]
    wrong: tuple[tuple[str, str], ...]

    @property
    def problems(self) -> list[str]:
        """The sentences on what is wrong."""
        return [sentence for _, sentence in self.wrong]

    @property
    def is_set(self) -> bool:
        wanted = self.wanted
        return bool(wanted.q or wanted.region or wanted.type or wanted.grade)

    @property
    def certificate(self) -> str:
        """The certificate number that is searched for, in its normal form; empty for any other search.

        A number of before this system is of no pattern: it is searched for like a name.
        """
        return certificate_number.normalise(self.wanted.q, self.wanted.patterns)

    def query(self, **changes: str) -> str:
        """Return the query string that asks for the same with ``changes``; a change to nothing drops the filter."""
        wanted = self.wanted
        now = {
            "q": wanted.q,
            "round": str(self.year or ""),
            "region": wanted.region,
            "type": wanted.type,
            "grade": wanted.grade,
        }
        kept = {name: value for name, value in (now | changes).items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def read_filters(params: Mapping[str, Any]) -> Filters:
    """Read the filters from the address; without a round what is in force today is meant."""
    given = {name: str(params.get(name) or "").strip() for name in NAMES}
    problems = []
    published = publications()
    by_year = {str(publication.round.year): publication for publication in published}
    publication = None
    if given["round"]:
        if given["round"] in by_year:
            publication = by_year[given["round"]]
        else:
            problems.append(("round", "所选年度没有公布的认定结果。"))
    about = publication or (published[0] if published else None)
    if about is not None:
        activate(about.round.notice_id)
    name = None
    if given["region"]:
        name = region_name(given["region"])
        if name is None:
            problems.append(("region", "没有所选的地区。"))
    if given["type"] and given["type"] not in PlatformType.values:
        problems.append(("type", "没有所选的类型。"))
    terms = terms_of([publication] if publication else published)
    grades = {code for each in terms for code in each.grade_codes}
    if given["grade"] and given["grade"] not in grades:
        problems.append(("grade", "没有所选的档次。"))
    wanted = Wanted(
        publication=publication,
        on=timezone.localdate(),
        q=" ".join(unicodedata.normalize("NFKC", given["q"]).split())[:MOST_CHARACTERS].strip(),
        region=given["region"] if name else "",
        region_name=name or "",
        type=given["type"] if given["type"] in PlatformType.values else "",
        grade=given["grade"] if given["grade"] in grades else "",
        patterns=number_patterns(published),
    )
    return Filters(
        wanted=wanted,
        years=tuple(publication.round.year for publication in published),
        year=publication.round.year if publication else None,
        latest=published[0] if published else None,
        terms=terms,
        wrong=tuple(problems),
    )


def chip_groups(filters: Filters, counted: list[Cell], path: str) -> list[dict[str, Any]]:
    """Return the groups of ``components/chips.html``; each count is what a press on the chip will show."""
    wanted = filters.wanted
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for cell in counted:
        for name in ("region", "type", "grade"):
            if fits(cell, wanted, leave_out=name):
                counts[name, getattr(cell, name)] += cell.count
                counts[name, ""] += cell.count

    def group(label: str, name: str, options: list[tuple[str, str]]) -> dict[str, Any]:
        return {
            "label": label,
            "options": [
                {
                    "label": text,
                    "url": path + filters.query(**{name: value}),
                    "active": value == getattr(wanted, name),
                    "count": counts[name, value],
                }
                for value, text in [("", "全部"), *options]
            ],
        }

    regions = {cell.region: cell.region_name for cell in counted}
    if wanted.region:
        regions.setdefault(wanted.region, wanted.region_name)
    regions.pop(CITY_CODE, None)
    if wanted.region == CITY_CODE or any(cell.region == CITY_CODE for cell in counted):
        regions[CITY_CODE] = CITY_NAME
    groups = [
        group("地区", "region", list(regions.items())),
        group("类型", "type", [(value, str(label).removesuffix("窗口平台")) for value, label in PlatformType.choices]),
        group("档次", "grade", grades_of(filters)),
    ]
    if filters.years:
        groups.insert(0, round_group(filters, path))
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
    return merged(
        [
            (grade.code, grade.label)
            for grade in terms.grades
            if wanted.publication or grade.certified or wanted.grade == grade.code
        ]
        for terms in filters.terms
    )


def round_group(filters: Filters, path: str) -> dict[str, Any]:
    """Return the choice between what is in force today and the published rounds; one is always chosen."""
    return {
        "label": "年度",
        "options": [
            {
                "label": label,
                "url": path + filters.query(round=value),
                "active": value == str(filters.year or ""),
                "count": None,
            }
            for value, label in [("", IN_FORCE), *((str(year), f"{year}年度") for year in filters.years)]
        ],
    }
