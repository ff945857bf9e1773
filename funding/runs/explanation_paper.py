"""How amounts come about, as a printed document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from funding.derivation import Derivation, Step
from platforms.applications.documents.paper import Block, Grid, Heading, Pairs, Paper, Paragraph
from platforms.identity import ours

HEAD = ("步骤", "算式及说明", "结果")
WIDTHS = (16, 50, 34)
APPLICATIONS = ("申报编号", "平台名称", "计入", "申报情况", "日期和理由")
APPLICATIONS_WIDTHS = (15, 31, 13, 15, 26)
#: Stands where there is nothing to say.
NOTHING = "—"


@dataclass(frozen=True)
class Told:
    """What is printed around the steps: sheet, number and state of the run, its pool as people read it, its digest."""

    sheet: str
    number: str
    state: str
    pool: str
    digest: str


@dataclass(frozen=True)
class Application:
    """One application of the region: where it is counted, how it stands, and the day and reason of that, or nothing."""

    number: str
    name: str
    column: str
    standing: str
    why: str


def explanation_paper(told: Told, derivations: Sequence[Derivation], applications: Sequence[Application] = ()) -> Paper:
    """Return the document on one region or on several, in their order; ``applications`` are those of the one."""
    names = derivations[0].name if len(derivations) == 1 else "各地区"
    return Paper(
        title=f"{names}资金分配计算过程",
        subtitle=f"（{told.sheet}）",
        author=ours().finance_bureau,
        header=(told.sheet, told.state),
        footer="　".join((f"测算编号 {told.number}", *([f"校验值 {told.digest}"] if told.digest else ()))),
        blocks=(*_blocks(told, derivations), *_listed(applications)),
    )


def _blocks(told: Told, derivations: Sequence[Derivation]) -> Iterator[Block]:
    for each in derivations:
        if len(derivations) > 1:
            yield Heading(each.name)
        yield Pairs((("地区", each.name, "地区代码", each.code), ("资金总额", told.pool, "分配结果", each.headline)))
        for sentence in each.sentences:
            yield Paragraph(sentence)
        if each.steps:
            yield Grid("计算过程", HEAD, WIDTHS, tuple(map(_row, each.steps)))


def _row(step: Step) -> tuple[str, str, str]:
    return step.label, "\n".join(filter(None, (step.formula, step.note))) or NOTHING, step.result


def _listed(applications: Sequence[Application]) -> Iterator[Block]:
    if applications:
        rows = ((each.number, each.name, each.column, each.standing, each.why or NOTHING) for each in applications)
        yield Grid("本地区的申报", APPLICATIONS, APPLICATIONS_WIDTHS, tuple(rows))
