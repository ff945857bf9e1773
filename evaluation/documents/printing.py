"""The documents as PDF/A: facts in, bytes out; the same facts give the same bytes."""

from evaluation.documents.facts import CertificateFacts, LetterFacts, ReportFacts
from platforms.applications.documents.paper import Grid, Pairs, Paper
from platforms.applications.documents.pdf import set_paper
from platforms.dates import day_in_words
from platforms.identity import ours


def certificate_pdf(facts: CertificateFacts) -> bytes:
    """Return the certificate of ``facts`` on A4."""
    pairs = (
        ("证书编号", facts.number),
        ("平台名称", facts.name),
        ("运营单位", facts.operator),
        ("档次", facts.grade),
        ("有效期", f"{day_in_words(facts.valid_from)}至{day_in_words(facts.valid_until)}"),
        ("核验网址", facts.verify_url),
    )
    paper = Paper(f"{ours().programme}认定证书", "", facts.authority, ("", ""), facts.number, (Pairs(pairs),))
    return set_paper(paper, at=facts.at)


def letter_pdf(facts: LetterFacts) -> bytes:
    """Return the letter to a county."""
    rows = tuple(
        (line.code, line.name, line.grade, line.certificate or "不予认定", line.reasons) for line in facts.lines
    )
    grid = Grid("", ("平台编号", "平台名称", "档次", "证书编号", "理由"), (15, 25, 10, 20, 30), rows)
    paper = Paper(f"{facts.round}结果通知书", facts.region, facts.authority, ("", ""), facts.number, (grid,))
    return set_paper(paper, at=facts.at)


def report_pdf(facts: ReportFacts) -> bytes:
    """Return the report on one platform."""
    rows = tuple((line.indicator, line.full_marks, line.value, line.points, line.reason) for line in facts.lines)
    pairs = Pairs((("平台名称", facts.name), ("总分", facts.points, "档次", facts.grade)))
    grid = Grid("", ("指标", "满分", "数值", "得分", "说明"), (30, 10, 15, 10, 35), rows)
    paper = Paper(f"{facts.round}绩效评价认定结果报告", "", facts.authority, ("", ""), facts.number, (pairs, grid))
    return set_paper(paper, at=facts.at)
