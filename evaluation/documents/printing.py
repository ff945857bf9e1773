"""The documents as they are printed: facts in, bytes out; the same facts give the same bytes.

PDFs are PDF/A-2a and PDF/UA-1; what was typed is set as words and never read as code. A set that fails raises
``typst.TypstError``, whose message is for the log.
"""

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from evaluation.documents.facts import CertificateFacts, DoorFacts, LetterFacts, LetterLine, ReportFacts, ReportLine
from evaluation.documents.qr import code_of
from platforms.applications.documents.glyphs import all_printable, breakable
from platforms.applications.documents.pdf import pairs_that_break, rows_that_break
from platforms.applications.documents.typesetting import typeset
from platforms.dates import day_in_words
from platforms.identity import ours

TEMPLATES = Path(__file__).resolve().parent / "typst"

NOT_CERTIFIED = "不予认定"
#: Room for a name on one line at its largest size, in em: of the certificate and of the plaque.
CERTIFICATE_NAME, PLAQUE_NAME = 23.0, 14.0
#: Room for a name on the sheet for the door, in em.
DOOR_NAME = 12.0
#: Room for a value beside its label on a certificate, in em.
CERTIFICATE_VALUE = 16.0


def certificate_pdf(facts: CertificateFacts) -> bytes:
    """Return the certificate of ``facts`` on A4 across."""
    return typeset(TEMPLATES / "certificate.typ", _certificate(facts, CERTIFICATE_NAME), at=facts.at)


def plaque(facts: CertificateFacts, form: Literal["pdf", "svg"]) -> bytes:
    """Return the plaque for the door, 60 cm by 40 cm; an SVG has its letters as outlines and refers to nothing."""
    return typeset(TEMPLATES / "plaque.typ", _certificate(facts, PLAQUE_NAME), at=facts.at, form=form)


def door_pdf(facts: DoorFacts, paper: Literal["a4", "a5"]) -> bytes:
    """Return the sheet that a platform hangs at its door, on A4 or A5: name, code, and the way to its public page."""
    pairs = (("开放时间", facts.hours), ("服务电话", facts.phone), ("平台编号", facts.code))
    said: dict[str, Any] = all_printable(
        {
            "title": f"{facts.name}扫码查看",
            "programme": ours().programme,
            "name": facts.name,
            "free": facts.free,
            "pairs": [pair for pair in pairs if pair[1]],
            "address": facts.url,
            "alt": f"平台页面的二维码：{facts.url}",
        }
    )
    said["name"] = breakable(said["name"], DOOR_NAME)
    return typeset(TEMPLATES / "door.typ", said | {"code": code_of(facts.url), "size": paper}, at=facts.at)


def letter_pdf(facts: LetterFacts) -> bytes:
    """Return the letter to a county."""
    widths = (15, 25, 8, 26, 26)
    certified = sum(bool(line.certificate) for line in facts.lines)
    refused = len(facts.lines) - certified
    counts = [f"认定{certified}个"] * bool(certified) + [f"不予认定{refused}个"] * bool(refused)
    rows = all_printable([_letter_row(line) for line in facts.lines])
    lead = (("编号", facts.number), ("认定文号", facts.document_number))
    replaced = f"本通知书取代编号为{facts.replaces}的结果通知书，原通知书不再有效。" if facts.replaces else ""
    data = {
        **_frame(facts, f"{facts.round}绩效评价认定结果通知书"),
        "lead": [pair for pair in lead if pair[1]],
        "region": facts.region,
        "opening": [
            f"经绩效评价，{day_in_words(facts.decided_on)}对{facts.region}{facts.round}{ours().programme}作出认定，"
            f"共{len(facts.lines)}个平台：{'，'.join(counts)}。现将结果通知如下。"
        ],
        "closing": [each for each in (replaced, "认定证书可凭证书编号在本系统网站“证书核验”中核验。") if each],
    }
    grid = {
        "title": "",
        "head": ("平台编号", "平台名称、运营单位", "档次", "证书编号和有效期", "理由"),
        "widths": widths,
        "rows": rows_that_break(rows, widths),
    }
    return typeset(TEMPLATES / "letter.typ", all_printable(data) | {"grid": grid}, at=facts.at)


def report_pdf(facts: ReportFacts) -> bytes:
    """Return the report on one platform; its indicators stand below their heads."""
    widths = (28, 9, 14, 11, 38)
    valid = _valid(facts.valid_from, facts.valid_until) if facts.valid_from and facts.valid_until else ""
    pairs = (
        ("报告编号", facts.number),
        ("平台名称", facts.name),
        ("平台编号", facts.code, "地区", facts.region),
        ("运营单位", facts.operator),
        ("平台类型", facts.type, "认定日期", day_in_words(facts.decided_on)),
        ("总分", facts.points, "档次", facts.grade),
        ("证书编号", facts.certificate or NOT_CERTIFIED, "认定文号", facts.document_number or "—"),
        *((("有效期", valid),) if valid else ()),
        *((("取代的报告", facts.replaces),) if facts.replaces else ()),
    )
    data = all_printable(
        {
            **_frame(facts, f"{facts.round}绩效评价认定结果报告"),
            "columns": ("指标", "满分", "数值", "得分", "说明"),
            "widths": widths,
            "reason": facts.grade_reason,
            **_verified(facts),
        }
    )
    groups = [
        {
            "head": all_printable(head),
            "rows": rows_that_break(all_printable([_report_row(line) for line in lines]), widths),
        }
        for head, lines in groupby(facts.lines, key=lambda line: line.head)
    ]
    data |= {"pairs": pairs_that_break(all_printable(pairs)), "groups": groups}
    return typeset(TEMPLATES / "report.typ", data, at=facts.at)


def _certificate(facts: CertificateFacts, room: float) -> dict[str, Any]:
    """Return what certificate and plaque say; a long word of the name breaks where it is wider than ``room``, in em."""
    pairs = (
        ("运营单位", facts.operator),
        ("所在地区", facts.region),
        ("服务地点", facts.site),
        ("平台类型", facts.type),
        ("有 效 期", _valid(facts.valid_from, facts.valid_until)),
        ("认定文号", facts.document_number),
    )
    said: dict[str, Any] = all_printable(
        {
            "title": f"{ours().programme}认定证书 {facts.number}",
            "plaque-title": f"{ours().programme}标牌 {facts.number}",
            "programme": ours().programme,
            "number": facts.number,
            "name": facts.name,
            "grade": facts.grade,
            "valid": _valid(facts.valid_from, facts.valid_until),
            "decided": day_in_words(facts.decided_on),
            "authority": facts.authority,
            "pairs": [pair for pair in pairs if pair[1]],
            **_verified(facts),
        }
    )
    said["name"] = breakable(said["name"], room)
    said["pairs"] = [[label, breakable(words, CERTIFICATE_VALUE)] for label, words in said["pairs"]]
    return said


def _frame(facts: LetterFacts | ReportFacts, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "subtitle": "",
        "author": facts.authority,
        "header": (ours().programme, facts.round),
        "footer": f"编号　{facts.number}",
        "keywords": (facts.number,),
        "day": day_in_words(facts.decided_on),
    }


def _verified(facts: CertificateFacts | ReportFacts) -> dict[str, Any]:
    """Return where the document is verified, as a code, in letters, and in words for who cannot see the code."""
    return {
        "code": code_of(facts.verify_url),
        "address": facts.verify_url,
        "verify": f"核验网址的二维码：{facts.verify_url}",
    }


def _valid(first: date, last: date) -> str:
    return f"{day_in_words(first)}至{day_in_words(last)}"


def _letter_row(line: LetterLine) -> tuple[str, ...]:
    certified = line.certificate or NOT_CERTIFIED
    until = f"\n至{day_in_words(line.valid_until)}" if line.valid_until else ""
    return line.code, f"{line.name}\n{line.operator}", line.grade, f"{certified}{until}", line.reasons


def _report_row(line: ReportLine) -> tuple[str, ...]:
    return line.indicator, line.full_marks, line.value, line.points, line.reason
