"""Whom the city recommends for recognition by city and state (六·(三)): the rule, each platform with its reasons."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.certification.queries.records import Record, records
from evaluation.marking.choices import CITY
from evaluation.models import RevocationFact
from evaluation.renewal.recognition import Facts, Graded, Rule, Span, held_since, is_in, judged, why
from evaluation.revocation.choices import ProposalStatus
from platforms.cases.choices import GroundStatus
from platforms.choices import TYPES_IN_SHORT
from platforms.excel.list_file import Row
from platforms.models import Ground
from platforms.notices.models import value_of
from platforms.notices.queries import approved_terms, in_use
from platforms.notices.terms import merged
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Filter, ListPage, Value, Words, day, plain, short_name
from platforms.reference.choices import CITYS_OWN
from platforms.tones import Tone

VIEW = "evaluation.view_certification"
IN, OUT = "in", "out"
VERDICTS = {IN: "符合", OUT: "不符合"}
VERDICT_TONES: dict[str, Tone] = {IN: "good", OUT: "neutral"}
#: What the address may ask for, and what it asks for where it says nothing.
YEARS, ROUNDS = ("1", "2", "3", "4", "5", "6"), ("1", "2", "3")
USUAL_YEARS, USUAL_ROUNDS = "2", "1"


class Recognition(ListPage):
    """Every platform that was ever certified, by code, with what the rule says of it."""

    unit = "个"
    title = file_title = label = "推荐市级和国家级认定名单"
    noun, unit = "平台", "个"
    lead = "列出曾获认定的全部平台，逐个说明是否符合所设条件。连续认定按证书实际有效的日期计算，中断后重新起算。"
    place, file_place = "evaluation:recognition", "evaluation:recognition_list"
    file_permission = "evaluation.export_certification"
    template = "renewal/recognition.html"
    filters: ClassVar[tuple[Filter, ...]] = (
        Filter(
            "years", "连续认定", words={each: f"满 {each} 年" for each in YEARS}, default=USUAL_YEARS, every="",
            narrows=False, stays=True,
        ),
        Filter(
            "rounds", "最近评价", words={each: f"{each} 次" for each in ROUNDS}, default=USUAL_ROUNDS, every="",
            narrows=False, stays=True,
        ),
        Filter("least", "最低档次", pattern=r"[A-Z][A-Z0-9]{0,7}", most=8, every="", narrows=False, stays=True),
        Filter("verdict", "结论", words=VERDICTS),
        Filter("region", "地区", most=12, some=True),
        Filter("type", "类型", words=TYPES_IN_SHORT, some=True),
    )  # fmt: skip
    columns = (
        Column("平台编号", "code"),
        Column("平台名称", short_name("", ("site",))),
        Column("地区", "region"),
        Column("类型", "type"),
        Column("历年档次", "grades"),
        Column("有效期止", day("until")),
        Column("结论", Value(("verdict",), lambda key: {"label": VERDICTS[key], "tone": VERDICT_TONES[key]})),
        Column("理由", "why"),
    )
    # What the letter of recommendation asks for as well stands in the file.
    file_columns: ClassVar[tuple[Column, ...]] = (
        *columns[:4],
        Column("运营单位", "operator"),
        Column("统一社会信用代码", "operator_code"),
        Column("证书编号", "certificate"),
        *columns[4:6],
        Column("连续认定起", day("since")),
        Column("结论", Value(("verdict",), VERDICTS.__getitem__)),
        columns[7],
    )
    link = plain("url")
    none_yet = "暂无获得认定的平台。"
    size = 50

    def __init__(self, request: HttpRequest, **kept: Any) -> None:
        super().__init__(request, **kept)
        notice = in_use()
        certified = value_of(notice).terms.certified if notice is not None else ()
        #: The second best grade that is certified, of the notice in use; the city may ask for another.
        self.usual_grade = certified[min(1, len(certified) - 1)] if certified else ""
        if self.values["least"] not in dict(self.grades):
            self.values["least"] = ""

    @cached_property
    def grades(self) -> list[tuple[str, str]]:
        """The grades of all notices that are certified, the best first."""
        return merged(
            [(each.code, each.label) for each in terms.grades if each.certified] for terms in approved_terms()
        )

    @cached_property
    def rule(self) -> Rule:
        """The rule that the address sets."""
        return Rule(int(self.values["years"]), int(self.values["rounds"]), self.values["least"] or self.usual_grade)

    @cached_property
    def everything(self) -> list[Counted]:
        """Every platform with its verdict, whatever else the address asks for."""
        grounds = _open_grounds()
        found = [self._line(each, grounds[each.latest.platform_id]) for each in records(on=self.today).values()]
        return sorted(found, key=lambda line: line["code"])

    def _line(self, record: Record, grounds: int) -> Counted:
        facts = Facts(
            tuple(Span(*days) for days in record.days),
            tuple(
                Graded(
                    row.publication.round.year, row.grade, row.grade_label, row.publication.round.terms.grade_codes,
                    row.publication.round.terms.certified,
                )
                for row in record.results
            ),
            grounds,
        )  # fmt: skip
        findings = judged(facts, self.rule, on=self.today)
        latest, held = record.latest, record.held
        return {
            "code": latest.code,
            "name": latest.name,
            "site": latest.site_name,
            "region": latest.region.name if latest.region else CITY,
            "region_code": latest.region.code if latest.region else CITYS_OWN,
            "type": TYPES_IN_SHORT[latest.type],
            "type_code": latest.type,
            "operator": latest.operator_name,
            "operator_code": held.operator_code if held else "",
            "certificate": held.number if held else "",
            "until": held.valid_until if held else None,
            "since": held_since(facts.spans, self.today),
            "grades": "、".join(f"{each.year} {each.label}" for each in facts.graded),
            "verdict": IN if is_in(findings) else OUT,
            "why": why(findings),
            "url": reverse("admin:platforms_platform_change", args=(latest.platform_id,)),
        }

    def rows(self) -> Sequence[Counted]:
        asked = {"verdict": "verdict", "region": "region_code", "type": "type_code"}
        return [
            line
            for line in self.everything
            if all(not self.values[name] or self.values[name] == line[key] for name, key in asked.items())
        ]

    @cached_property
    def regions(self) -> Sequence[tuple[Any, ...]]:
        names = dict(sorted({(line["region_code"], line["region"]) for line in self.everything}))
        counts = Counter(line["region_code"] for line in self.everything)
        return [(code, name, counts[code]) for code, name in names.items()]

    def words(self, filter: Filter) -> Words:
        if filter.name != "least":
            return super().words(filter)
        # The usual one goes without a word in the address.
        return {"" if code == self.usual_grade else code: f"{label}及以上" for code, label in self.grades}

    def counts(self, filter: Filter) -> Mapping[str, int]:
        key = {"verdict": "verdict", "type": "type_code"}.get(filter.name)
        if key is None:
            return super().counts(filter)
        return {"": len(self.everything), **Counter(line[key] for line in self.everything)}

    def says(self) -> str:
        """Return the rule in a sentence."""
        label = dict(self.grades).get(self.rule.grade, self.rule.grade)
        return (
            f"截至{self.today.isoformat()}认定有效，连续认定满 {self.rule.years} 年，"
            f"最近 {self.rule.rounds} 次评价均为{label}及以上，无已核实的撤销情形"
        )

    def notes(self) -> list[Row]:
        return [["条件", self.says()], ["符合", self._fitting()], ["曾获认定", len(self.everything)]]

    def _fitting(self) -> int:
        return sum(line["verdict"] == IN for line in self.everything)

    def crumbs(self) -> list[dict[str, str]]:
        return [
            {"label": "认定", "url": reverse("admin:evaluation_certification_changelist")},
            {"label": self.title, "url": ""},
        ]

    def extra(self) -> dict[str, Any]:
        return {"says": self.says(), "fitting": self._fitting(), "ever": len(self.everything)}


def _open_grounds() -> Counter[int]:
    """Return by platform how many facts for a revocation are confirmed and did not lead to one yet."""
    used = RevocationFact.objects.filter(proposal__status=ProposalStatus.DECIDED, is_used=True).values("fact")
    rows = Ground.objects.filter(status=GroundStatus.CONFIRMED).exclude(pk__in=used).order_by()
    return Counter(dict(rows.values_list("platform").annotate(Count("pk"))))


index = officer(VIEW)(require_safe(Recognition.page))
export = officer(VIEW)(require_safe(Recognition.file))
