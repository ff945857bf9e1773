"""What a notice fixes, as one value that reads like the notice on one page. Pure: no Django, no rows.

A value is plain data: no expression, no condition. Where a clause needs an ``if``, it is code.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, get_args

from platforms.identity import ours
from platforms.tones import Tone

#: The phases that acts of the code hang on: units file in the first, platforms are graded in the last.
FILING, EVALUATION = "filing", "evaluation"
#: What collects facts for a ground by itself, one each; see ``platforms.notices.choices.Collector``.
COLLECTORS = ("refuses_evaluation", "false_material", "complaints", "refuses_activities", "fees", "other")
#: The parts of a certificate's number that are computed.
YEAR, SERIAL, CHECK = "{year}", "{serial}", "{check}"
#: How the numbers of the city are written, where the file of a notice says nothing of it.
USUAL_NUMBERS = f"{ours().certificate_prefix}{YEAR}-{SERIAL}-{CHECK}"
TONES: tuple[str, ...] = get_args(Tone)

_KEY = re.compile(r"[a-z][a-z_]{1,19}", re.ASCII)
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}", re.ASCII)
_CLAUSE = re.compile(r"[a-z][a-z_]*(\.[a-z_]+)?", re.ASCII)
_LITERAL = re.compile(r"[A-Z]{2,6}[A-Z-]{0,6}", re.ASCII)
_NO_LABEL = re.compile(r"[\x00-\x1f\x7f]")


class TermsError(ValueError):
    """Terms that cannot be; ``problems`` holds a place (such as ``grades.2.code``) and a Chinese sentence each."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("".join(sentence for _, sentence in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase (阶段); ``clause`` is the key of the clause that describes it."""

    key: str
    label: str
    clause: str


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade (档次). ``code`` stands in rows, files and addresses; ``certified`` says whether it is certified."""

    code: str
    label: str
    certified: bool
    tone: Tone


@dataclass(frozen=True, slots=True)
class Head:
    """One head of indicators (指标类别)."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground for a revocation (撤销情形); ``collector`` is empty where facts are noted by hand only."""

    key: str
    label: str
    clause: str
    collector: str = ""


@dataclass(frozen=True, slots=True)
class FactorShare:
    """Money by factors: each grade's points are shared by the platforms of that grade in the whole city.

    ``points`` are pairs of grade and whole points, the best grade first. A region whose part of ``failing`` platforms
    reaches ``line`` gets nothing; whether the line itself is over it is a reading.
    """

    points: tuple[tuple[str, int], ...]
    failing: str
    line: Fraction

    @property
    def full_marks(self) -> int:
        """The points of all grades together."""
        return sum(points for _, points in self.points)

    def as_data(self) -> dict[str, Any]:
        """Return the value as JSON and TOML hold it; :func:`read_money` reads it back."""
        return {
            "kind": FACTOR_SHARE,
            "points": dict(self.points),
            "failing": self.failing,
            "line": str(self.line),
        }


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers and words of one notice.

    ``validity_years`` is how long a certification holds, ``ban_years`` how long nobody may file after a revocation,
    ``complaints_enough`` how many verified complaints are a ground, ``target`` how many platforms are aimed at.
    ``grades`` go from the best to the worst; the worst is the one of a failed gate. ``money`` is None where the notice
    gives none. ``readings`` are the defaults of its funding section, by name.
    """

    validity_years: int
    ban_years: int
    complaints_enough: int
    target: int
    number_pattern: str
    phases: tuple[Phase, ...]
    grades: tuple[Grade, ...]
    heads: tuple[Head, ...]
    grounds: tuple[Ground, ...]
    money: FactorShare | None
    readings: Mapping[str, str] = field(default_factory=dict)

    @property
    def failing(self) -> Grade:
        """The grade of whoever fails a gate."""
        return self.grades[-1]

    @property
    def certified(self) -> tuple[str, ...]:
        """The codes of the grades that are certified, the best first."""
        return tuple(grade.code for grade in self.grades if grade.certified)

    @property
    def grade_codes(self) -> tuple[str, ...]:
        return tuple(grade.code for grade in self.grades)

    @property
    def grade_choices(self) -> list[tuple[str, str]]:
        """Codes and labels, the best grade first."""
        return [(grade.code, grade.label) for grade in self.grades]

    @property
    def ground_choices(self) -> list[tuple[str, str]]:
        """Keys and labels in the order of the notice."""
        return [(ground.key, ground.label) for ground in self.grounds]

    @property
    def phase_choices(self) -> list[tuple[int, str]]:
        """Numbers from 1 and labels."""
        return [(number, phase.label) for number, phase in enumerate(self.phases, start=1)]

    @property
    def counted_phases(self) -> tuple[int, int] | None:
        """The first and the last phase between filing and evaluation, by number: what happened in them counts."""
        return (2, len(self.phases) - 1) if len(self.phases) > 2 else None

    def grade(self, code: str) -> Grade:
        """Return the grade with this code.

        Raises:
            KeyError: there is none.
        """
        for grade in self.grades:
            if grade.code == code:
                return grade
        raise KeyError(code)

    def ground(self, key: str) -> Ground:
        """Return the ground with this key.

        Raises:
            KeyError: there is none.
        """
        for ground in self.grounds:
            if ground.key == key:
                return ground
        raise KeyError(key)

    def collected_by(self, collector: str) -> Ground | None:
        """Return the ground that ``collector`` finds facts for; None where this notice has no such ground."""
        return next((ground for ground in self.grounds if ground.collector == collector), None)

    def phase_number(self, key: str) -> int | None:
        """Return the number of the phase with this key, from 1; None where there is none."""
        return next((number for number, phase in enumerate(self.phases, start=1) if phase.key == key), None)

    def phase(self, number: int) -> Phase:
        """Return the phase with this number.

        Raises:
            KeyError: there is none.
        """
        if not 1 <= number <= len(self.phases):
            raise KeyError(number)
        return self.phases[number - 1]

    def as_data(self) -> dict[str, Any]:
        """Return the value as JSON and TOML hold it; :func:`read` reads it back to an equal value."""
        data: dict[str, Any] = {name: getattr(self, name) for name in _NUMBERS}
        data["number_pattern"] = self.number_pattern
        data["phases"] = [{"key": each.key, "label": each.label, "clause": each.clause} for each in self.phases]
        data["grades"] = [
            {"code": each.code, "label": each.label, "certified": each.certified, "tone": each.tone}
            for each in self.grades
        ]
        data["heads"] = [{"key": each.key, "label": each.label} for each in self.heads]
        data["grounds"] = [
            {"key": each.key, "label": each.label, "clause": each.clause, "collector": each.collector}
            for each in self.grounds
        ]
        data["money"] = {} if self.money is None else self.money.as_data()
        data["readings"] = dict(self.readings)
        return data


def grade_label(terms: Terms, code: str) -> str:
    """Return what the notice calls a grade; a code that it does not have stands for itself, nothing for nothing."""
    return next((grade.label for grade in terms.grades if grade.code == code), code)


def merged(choices: Iterable[Sequence[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Return the values of several vocabularies once each, in the order in which they come first.

    A value that is called differently in two of them bears both names: ``A档 / 优秀``.
    """
    labels: dict[str, list[str]] = {}
    for each in choices:
        for value, label in each:
            if label not in labels.setdefault(value, []):
                labels[value].append(label)
    return [(value, " / ".join(names)) for value, names in labels.items()]


#: The one kind of money so far; an award per grade would be another class with a name of its own.
FACTOR_SHARE = "factor_share"

#: Whole numbers of the terms: label, least, most, an example.
_NUMBERS: Mapping[str, tuple[str, int, int, int]] = {
    "validity_years": ("认定有效期（年）", 1, 10, 3),
    "ban_years": ("撤销后不受理申报的年数", 1, 20, 3),
    "complaints_enough": ("核实投诉达到的件数", 1, 100, 3),
    "target": ("建设目标（个）", 1, 10_000, 100),
}

Problems = list[tuple[str, str]]


def read(data: Mapping[str, Any]) -> Terms:
    """Return the terms that ``data`` holds, as :meth:`Terms.as_data` writes them.

    Raises:
        TermsError: with every value that cannot be: where it stands, what is allowed, an example.
    """
    problems: Problems = []
    known = {*_NUMBERS, "number_pattern", "phases", "grades", "heads", "grounds", "money", "readings"}
    problems += [(name, f"没有名为“{name}”的要素。") for name in data if name not in known]
    numbers = {name: _number(data.get(name), name, problems) for name in _NUMBERS}
    phases = _phases(data.get("phases"), problems)
    grades = _grades(data.get("grades"), problems)
    heads = _heads(data.get("heads"), problems)
    grounds = _grounds(data.get("grounds"), problems)
    pattern = _pattern(data.get("number_pattern"), problems)
    money = _money(data.get("money"), [grade.code for grade in grades], problems)
    readings = _readings(data.get("readings", {}), problems)
    if problems:
        raise TermsError(problems)
    return Terms(
        **numbers,
        number_pattern=pattern,
        phases=phases,
        grades=grades,
        heads=heads,
        grounds=grounds,
        money=money,
        readings=readings,
    )


def _number(value: Any, name: str, problems: Problems) -> int:
    label, least, most, example = _NUMBERS[name]
    if type(value) is not int or not least <= value <= most:
        problems.append((name, f"{label}应为{least}至{most}的整数，例如{example}。"))
        return 0
    return value


def _rows(value: Any, place: str, label: str, least: int, most: int, problems: Problems) -> list[Mapping[str, Any]]:
    """Return the rows of a part; a row that is none is left out and told."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        problems.append((place, f"{label}应有{least}至{most}项。"))
    rows = value if isinstance(value, list) else []
    problems += [
        (f"{place}.{at}", f"{label}第{at}项填写不完整。")
        for at, row in enumerate(rows, start=1)
        if not isinstance(row, Mapping)
    ]
    return [row if isinstance(row, Mapping) else {} for row in rows]


def _text(row: Mapping[str, Any], name: str, place: str, told: str, fits: Callable[[str], Any], found: Problems) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not fits(value):
        found.append((f"{place}.{name}", told))
        return ""
    return value


def _label(row: Mapping[str, Any], place: str, what: str, most: int, problems: Problems) -> str:
    def fits(text: str) -> bool:
        return 0 < len(text) <= most and text == text.strip() and not _NO_LABEL.search(text)

    return _text(row, "label", place, f"{what}的名称应为1至{most}个字，前后没有空格。", fits, problems)


def _key(row: Mapping[str, Any], place: str, what: str, problems: Problems) -> str:
    told = f"{what}的代号应为2至20个小写字母或下划线，以字母开头，例如trial。"
    return _text(row, "key", place, told, _KEY.fullmatch, problems)


def _clause(row: Mapping[str, Any], place: str, what: str, problems: Problems) -> str:
    told = f"{what}的条款代号应为小写字母，可用点号分为两段，例如phases.filing。"
    return _text(row, "clause", place, told, _CLAUSE.fullmatch, problems)


def _once(values: Iterable[tuple[str, Hashable]], told: str, problems: Problems) -> None:
    """Tell every value that stands there more than once, at each place."""
    values = [each for each in values if each[1]]
    times = Counter(value for _, value in values)
    problems += [(place, told.format(value)) for place, value in values if times[value] > 1]


def _phases(value: Any, problems: Problems) -> tuple[Phase, ...]:
    found = []
    for at, row in enumerate(_rows(value, "phases", "阶段", 2, 8, problems), start=1):
        place = f"phases.{at}"
        key, label = _key(row, place, "阶段", problems), _label(row, place, "阶段", 30, problems)
        found.append(Phase(key, label, _clause(row, place, "阶段", problems)))
    _once(((f"phases.{at}.key", each.key) for at, each in enumerate(found, 1)), "阶段代号“{}”重复。", problems)
    _once(((f"phases.{at}.label", each.label) for at, each in enumerate(found, 1)), "阶段名称“{}”重复。", problems)
    if found and found[0].key and found[0].key != FILING:
        problems.append(("phases.1.key", f"第一个阶段是申报，代号应为{FILING}。"))
    if found and found[-1].key and found[-1].key != EVALUATION:
        problems.append((f"phases.{len(found)}.key", f"最后一个阶段是评价认定，代号应为{EVALUATION}。"))
    return tuple(found)


def _grades(value: Any, problems: Problems) -> tuple[Grade, ...]:
    found = []
    for at, row in enumerate(_rows(value, "grades", "档次", 2, 6, problems), start=1):
        place = f"grades.{at}"
        told = "档次的代号应为1至8个大写字母或数字，以字母开头，例如A。"
        code, label = (
            _text(row, "code", place, told, _CODE.fullmatch, problems),
            _label(row, place, "档次", 12, problems),
        )
        certified = row.get("certified")
        if not isinstance(certified, bool):
            problems.append((f"{place}.certified", "请注明该档次是否予以认定。"))
        tone = row.get("tone")
        if tone not in TONES:
            problems.append((f"{place}.tone", f"档次的显示样式只能取{'、'.join(TONES)}，例如good。"))
        found.append(Grade(code, label, certified is True, tone))  # type: ignore[arg-type]  # told above
    _once(((f"grades.{at}.code", each.code) for at, each in enumerate(found, 1)), "档次代号“{}”重复。", problems)
    _once(((f"grades.{at}.label", each.label) for at, each in enumerate(found, 1)), "档次名称“{}”重复。", problems)
    kept = [each.certified for each in found]
    if found and not kept[0]:
        problems.append(("grades.1.certified", "最好的档次应予认定。"))
    if found and kept[-1]:
        problems.append((f"grades.{len(found)}.certified", "最后一个档次用于不满足基本条件的单位，不予认定，例如D档。"))
    if kept != sorted(kept, reverse=True):
        problems.append(("grades", "予以认定的档次应排在不予认定的档次之前。"))
    return tuple(found)


def _heads(value: Any, problems: Problems) -> tuple[Head, ...]:
    found = []
    for at, row in enumerate(_rows(value, "heads", "指标类别", 1, 8, problems), start=1):
        place = f"heads.{at}"
        found.append(Head(_key(row, place, "指标类别", problems), _label(row, place, "指标类别", 20, problems)))
    _once(((f"heads.{at}.key", each.key) for at, each in enumerate(found, 1)), "指标类别代号“{}”重复。", problems)
    _once(((f"heads.{at}.label", each.label) for at, each in enumerate(found, 1)), "指标类别名称“{}”重复。", problems)
    return tuple(found)


def _grounds(value: Any, problems: Problems) -> tuple[Ground, ...]:
    found = []
    for at, row in enumerate(_rows(value, "grounds", "撤销情形", 1, 12, problems), start=1):
        place = f"grounds.{at}"
        key, label = _key(row, place, "撤销情形", problems), _label(row, place, "撤销情形", 40, problems)
        clause = _clause(row, place, "撤销情形", problems)
        collector = row.get("collector", "")
        if collector not in ("", *COLLECTORS):
            told = f"撤销情形的事实来源只能取{'、'.join(COLLECTORS)}，人工登记的留空。"
            problems.append((f"{place}.collector", told))
            collector = ""
        found.append(Ground(key, label, clause, collector))
    _once(((f"grounds.{at}.key", each.key) for at, each in enumerate(found, 1)), "撤销情形代号“{}”重复。", problems)
    _once(((f"grounds.{at}.label", each.label) for at, each in enumerate(found, 1)), "撤销情形“{}”重复。", problems)
    _once(
        ((f"grounds.{at}.collector", each.collector) for at, each in enumerate(found, 1)),
        "事实来源“{}”只能对应一种撤销情形。",
        problems,
    )
    return tuple(found)


def _pattern(value: Any, problems: Problems) -> str:
    """Letters first, then year, serial and check in this order, hyphens between them as one likes."""
    parts = re.fullmatch(r"(.*)\{year\}(-?)\{serial\}(-?)\{check\}", value) if isinstance(value, str) else None
    if parts is None or not _LITERAL.fullmatch(parts[1]):
        told = (
            f"证书编号应由2至12个大写字母（可带连字符）和{{year}}、{{serial}}、{{check}}依次组成，例如{USUAL_NUMBERS}。"
        )
        problems.append(("number_pattern", told))
        return ""
    return str(value)


def fraction(text: str) -> Fraction | None:
    """Return the part that ``text`` says: ``1/5``, ``20%``, ``33.3%``, ``0.2``; None if it is none."""
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})|(\d{1,3}(?:\.\d{1,4})?)(%?)", text.strip().replace("％", "%"), re.ASCII)
    if not found:
        return None
    if found[1]:
        return Fraction(int(found[1]), int(found[2])) if int(found[2]) else None
    return Fraction(found[3]) / (100 if found[4] else 1)


def read_money(data: Any, codes: Sequence[str] | None = None) -> FactorShare | None:
    """Return the money part alone, as :meth:`FactorShare.as_data` writes it; None where it gives none.

    ``codes`` are the grades of the notice, the best first. Without them they are those that the part itself names, in
    its order.

    Raises:
        TermsError: with every value that cannot be.
    """
    problems: Problems = []
    if codes is None:
        part = data if isinstance(data, Mapping) else {}
        points = part.get("points")
        named = [*(points if isinstance(points, Mapping) else ()), part.get("failing")]
        codes = [code for code in named if isinstance(code, str) and _CODE.fullmatch(code)]
    money = _money(data, codes, problems)
    if problems:
        raise TermsError(problems)
    return money


def _money(value: Any, codes: Sequence[str], problems: Problems) -> FactorShare | None:
    if value in (None, {}):
        return None
    if not isinstance(value, Mapping) or value.get("kind") != FACTOR_SHARE:
        problems.append(("money.kind", f"资金分配办法只能取{FACTOR_SHARE}（因素法），不安排资金的留空。"))
        return None
    points = value.get("points")
    if not isinstance(points, Mapping) or not points:
        problems.append(("money.points", "请填写各档次的分值，例如A档60分、B档30分、C档10分。"))
        points = {}
    for code, number in points.items():
        if code not in codes:
            problems.append((f"money.points.{code}", f"没有代号为“{code}”的档次。"))
        if type(number) is not int or not 1 <= number <= 1000:
            problems.append((f"money.points.{code}", "分值应为1至1000的整数，例如60。"))
    failing = value.get("failing")
    if failing not in codes or failing in points:
        problems.append(("money.failing", "计入淘汰线的档次应是没有分值的一个档次，例如D。"))
    written = value.get("line")
    line = fraction(written) if isinstance(written, str) else None
    if line is None or not 0 < line <= 1:
        problems.append(("money.line", "淘汰线应为大于0、不超过100%的比例，例如20%或1/3。"))
        line = Fraction(1)
    ordered = tuple((code, points[code]) for code in codes if code in points)
    return FactorShare(ordered, str(failing), line)


def _readings(value: Any, problems: Problems) -> Mapping[str, str]:
    """Names and values are given their meaning by the funding section; here they are words."""
    if not isinstance(value, Mapping):
        problems.append(("readings", "口径应为名称和取值。"))
        return {}
    for name, chosen in value.items():
        if not isinstance(chosen, str) or not _KEY.fullmatch(chosen):
            problems.append((f"readings.{name}", f"口径“{name}”的取值应为小写字母，例如inclusive。"))
    return dict(value)
