"""Which figures an indicator can rest on: what the frozen form states, and what the system recorded.

What the system recorded is counted within the period of the evaluation (``platforms.workbench.queries.counting``).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from platforms.workbench.counted_figures import FIGURES

Form = Mapping[str, Any]

#: What the group of figures of the form is called.
FORM = "申报表"


def _field(section: str, name: str) -> Callable[[Form], Any]:
    return lambda form: (form.get(section) or {}).get(name)


def _rows(form: Form, kind: str) -> list[Mapping[str, Any]]:
    return list(form.get(kind) or [])


def _free_share(form: Form) -> Decimal | None:
    services = _rows(form, "services")
    if not services:
        return None
    return (Decimal(100) * sum(bool(s.get("is_free")) for s in services) / len(services)).quantize(Decimal("0.01"))


#: name → (what it is, in Chinese; how it is read)
SOURCES: dict[str, tuple[str, Callable[[Form], Any]]] = {
    "floor_area": ("服务场地面积", _field("venue", "floor_area")),
    "staff_total": ("运营人员数", _field("counts", "staff_total")),
    "staff_full_time": ("专职人员数", _field("counts", "staff_full_time")),
    "rules_public": ("已公开的管理制度数", lambda form: sum(bool(r.get("is_public")) for r in _rows(form, "rules"))),
    "service_classes": (
        "服务类别数",
        lambda form: len({s["service_class"] for s in _rows(form, "services") if s.get("service_class")}),
    ),
    "free_services": (
        "公益性服务项数",
        lambda form: len({s["free_service"] for s in _rows(form, "services") if s.get("free_service")}),
    ),
    "free_share": ("免费服务占比", _free_share),
    "partners": ("合作机构数", lambda form: len(_rows(form, "partners"))),
    "enterprises_served": ("服务企业数", _field("record", "enterprises_served")),
    "events_held": ("组织活动数", _field("record", "events_held")),
    "attendance": ("活动参加人次", _field("record", "attendance")),
    "requests_settled": ("办结企业诉求数", _field("record", "requests_settled")),
    "satisfaction": ("服务满意度", _field("record", "satisfaction")),
}


#: Figures that the system counts within the period of the evaluation, by name.
RECORDED: dict[str, str] = {name: f"{figure.label}（评价期间）" for name, figure in FIGURES.items()}
#: Every figure that a source can name.
LABELS: dict[str, str] = RECORDED | {name: f"{label}（{FORM}）" for name, (label, _) in SOURCES.items()}


def sources() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the figures that a source can name, as groups of a drop-down: a heading, then names and labels."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, figure in FIGURES.items():
        groups.setdefault(figure.group, []).append((name, RECORDED[name]))
    return [*groups.items(), (FORM, [(name, LABELS[name]) for name in SOURCES])]


def stated_value(source: str, form: Form) -> Decimal | None:
    """Return the figure called ``source`` as the form of the application states it, of the year before filing.

    ``None`` where nobody answers it, or it does not come from the form.
    """
    if source not in SOURCES:
        return None
    value = SOURCES[source][1](form)
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
