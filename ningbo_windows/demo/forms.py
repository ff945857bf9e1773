"""A filled application form, made up so that its figures go with the grade that the platform will get."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ningbo_windows.demo import words
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.units import Unit
from platforms.applications.attachment_needs import key_of
from platforms.applications.choices import AttachmentKind, Education, OperatingMode, RuleKind, Sex, VenueTenure
from platforms.applications.form_fields import FORM_FIELDS, FormField
from platforms.applications.models.platform import Site
from platforms.cells import Column, read
from platforms.choices import FreeService, PlatformType, ServiceClass

Bounds = Mapping[str, tuple[int, int]]

#: What a platform of each grade shows for the past year, from least to most.
FIGURES: Mapping[str, Bounds] = {
    "A": {
        "full_time": (5, 7), "rules": (6, 6), "classes": (5, 8), "satisfaction": (950, 995), "enterprises": (190, 420),
        "requests": (95, 200), "events": (12, 24), "attendance": (520, 1500), "area": (240, 900), "partners": (4, 7),
    },
    "B": {
        "full_time": (3, 4), "rules": (4, 4), "classes": (4, 4), "satisfaction": (860, 960), "enterprises": (110, 170),
        "requests": (50, 85), "events": (8, 11), "attendance": (300, 520), "area": (160, 420), "partners": (3, 5),
    },
    "C": {
        "full_time": (2, 2), "rules": (3, 3), "classes": (3, 3), "satisfaction": (760, 890), "enterprises": (70, 110),
        "requests": (30, 55), "events": (5, 8), "attendance": (180, 320), "area": (90, 220), "partners": (2, 3),
    },
    "D": {
        "full_time": (1, 1), "rules": (3, 3), "classes": (1, 2), "satisfaction": (630, 780), "enterprises": (15, 60),
        "requests": (5, 25), "events": (1, 4), "attendance": (30, 150), "area": (45, 120), "partners": (0, 1),
    },
}  # fmt: skip


@dataclass
class Form:
    """Values by section, rows by kind, and the files as pairs of kind and name; parts may be left out of a draft.

    A rule's file has the rule behind a colon. The stamped scan comes last: it seals all the rest.

    ``answers`` maps a section to what is answered there on top, by the text of the question.
    """

    sections: dict[str, dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]
    files: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)


def fill(draw: Draw, *, site: Site, unit: Unit, level: str, on: date) -> Form:
    """Make up the complete form of ``site`` as it is on the day ``on``, with the figures of the grade ``level``."""
    figures = {name: draw.between(*bounds) for name, bounds in FIGURES[level].items()}
    rules = _rules(draw, figures["rules"])
    partners = _partners(draw, figures["partners"])
    rows = {
        "staff": _staff(draw, unit, figures["full_time"]),
        "services": _services(draw, figures["classes"]),
        "partners": partners,
        "rules": rules,
    }
    return Form(_sections(draw, site, unit, figures, on), rows, _files(unit, rules))


def _sections(draw: Draw, site: Site, unit: Unit, figures: Mapping[str, int], on: date) -> dict[str, dict[str, Any]]:
    enterprises = figures["enterprises"]
    area = site.region.name if site.region else "全市"
    place = site.site_name
    trade = draw.one(words.TRADES)
    made = {
        **asdict(unit),
        "introduction": draw.one(words.INTRODUCTIONS).format(
            place=place, area=area, operator=unit.operator_name, n=enterprises // 10 * 10 * 3 + 30
        ),
        "floor_area": Decimal(figures["area"]),
        "venue_tenure": draw.one(tuple(VenueTenure)).value,
        "counters": draw.between(1, 5),
        "meeting_rooms": draw.between(1, 3),
        "equipment": draw.one(words.EQUIPMENT).format(n=draw.between(3, 12)),
        "in_public_affairs_centre": site.type == PlatformType.TOWN and draw.random() < 0.45,
        "has_unified_sign": draw.random() < 0.8,
        "enterprises_served": enterprises,
        "events_held": figures["events"],
        "attendance": figures["attendance"],
        "requests_settled": figures["requests"],
        "satisfaction": Decimal(figures["satisfaction"]) / 10,
        "typical_cases": draw.one(words.CASES).format(
            month=draw.between(3, 12), trade=trade, n=draw.between(3, 30) * 10
        ),
        "target_enterprises": round(enterprises * 1.2),
        "target_events": figures["events"] + 3,
        "funds_wan": Decimal(draw.between(12, 90)),
        "funds_source": draw.one(words.FUNDS),
        "sustainability": draw.one(words.SUSTAINABILITY).format(n=draw.between(4, 20)),
        "committed": True,
        **({"county_opinion": draw.one(words.OPINIONS), "county_opinion_on": on} if site.region else {}),
    }
    return {
        slug: {each.name: made.get(each.name, _example(each)) for each in fields if each.name in made or each.example}
        for slug, fields in FORM_FIELDS.items()
    }


def _example(field: FormField) -> Any:
    """Return the example of a field for which nothing is made up, as it is stored."""
    column = Column(field.name, field.header, field.kind, choices=field.pairs)
    return None if field.example is None else read(column, field.example)[0]


def _staff(draw: Draw, unit: Unit, full_time: int) -> list[dict[str, Any]]:
    part_time = draw.between(1, 2)
    return [
        {
            "name": name,
            "sex": draw.one(tuple(Sex)).value,
            "education": draw.one((Education.COLLEGE, Education.BACHELOR, Education.BACHELOR, Education.MASTER)).value,
            "qualification": draw.one(words.QUALIFICATIONS),
            "post": "平台主管" if place == 0 else draw.one(words.POSTS),
            "full_time": place < full_time,
            "years": draw.between(1, 16),
            "mobile": unit.contact_mobile if place == 0 else draw.mobile(),
        }
        for place, name in enumerate(unit.team[: full_time + part_time])
    ]


def _services(draw: Draw, classes: int) -> list[dict[str, Any]]:
    free = [
        {
            "free_service": each.value,
            "service_class": "",
            "content": draw.one(words.FREE_CONTENTS[each.value]),
            "is_free": True,
            "fee_standard": "",
        }
        for each in FreeService
    ]
    chosen = sorted(draw.sample(range(len(ServiceClass)), classes))
    offered = [(each, *words.CLASS_CONTENTS[each]) for each in (tuple(ServiceClass)[place] for place in chosen)]
    return free + [
        {
            "free_service": "",
            "service_class": each.value,
            "content": content,
            "is_free": not fee,
            "fee_standard": fee,
        }
        for each, content, fee in offered
    ]


def _partners(draw: Draw, number: int) -> list[dict[str, Any]]:
    chosen = draw.sample(range(len(words.PARTNERS)), number)
    return [{"name": name, "service_class": kind.value} for name, kind in (words.PARTNERS[place] for place in chosen)]


def _rules(draw: Draw, public: int) -> list[dict[str, Any]]:
    """Process, standard and fees are always open to the public; of the others as many as ``public`` asks for."""
    kinds = tuple(RuleKind)[: max(public, draw.between(3, 6))]
    return [
        {"kind": kind.value, "title": words.RULES[kind], "is_public": place < public}
        for place, kind in enumerate(kinds)
    ]


def _files(unit: Unit, rules: list[dict[str, Any]]) -> list[tuple[str, str]]:
    kinds = [AttachmentKind.CREDIT_CODE, AttachmentKind.VENUE, AttachmentKind.STAFF]
    if unit.operating_mode == OperatingMode.ENTRUSTED:
        kinds.append(AttachmentKind.AGREEMENT)
    if unit.support_policy:
        kinds.append(AttachmentKind.SUPPORT_POLICY)
    named = [(kind.value, f"{kind.label}.pdf") for kind in kinds]
    named += [(key_of(AttachmentKind.RULE, rule["kind"]), f"{rule['title']}.pdf") for rule in rules]
    return [*named, (AttachmentKind.PHOTO.value, "服务大厅.png"), (AttachmentKind.STAMPED.value, "盖章扫描件.pdf")]
