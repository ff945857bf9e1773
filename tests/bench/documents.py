"""What printing costs: ``python -m tests.bench.documents [--postgres] [--quick]``.

The floor of one form, and of one document of a certification, is the same words set as PDF/A in plain paragraphs: the
least that a setter has to do. The floor of an archive of 100 is a ZIP of the same bytes, made of PDFs that are there
already. Documents of a certification are measured in processor time. Peaks of memory are what Python holds
(``tracemalloc``), and by how much the process grew (``ru_maxrss``).
"""

import io
import resource
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from time import process_time
from typing import TYPE_CHECKING, Any

from tests.bench.allocation import medians
from tests.bench.stand import Line, arguments, own_database, show

if TYPE_CHECKING:
    from evaluation.documents.facts import CertificateFacts
    from platforms.models import ApplicationVersion, User

FORMS = 100
RUNS = 21
QUICK_RUNS = 3
INDICATORS, PLATFORMS = 30, 30
_turn = count(1)


def fresh(staff: int) -> dict[str, Any]:
    """Return a form that was never printed: each has its own name, its own people."""
    from tests.platforms.applications.documents.samples import FORM

    turn = next(_turn)
    people = [{**FORM["staff"][0], "name": f"第{turn}表{number}号"} for number in range(staff)]
    platform = FORM["platform"] | {"name": f"第{turn}窗口平台", "address": f"测试路{turn}号"}
    return FORM | {"platform": platform, "staff": people}


def print_pdf(staff: int) -> bytes:
    from platforms.applications.documents import pdf
    from tests.platforms.applications.documents.samples import FACTS

    return pdf.render(fresh(staff), FACTS)


def print_word(staff: int) -> bytes:
    from platforms.applications.documents import word
    from tests.platforms.applications.documents.samples import FACTS

    return word.render(fresh(staff), FACTS)


def plain(staff: int) -> bytes:
    """Set the words of the same form as paragraphs, without tables: the least that a setter has to do."""
    from platforms.applications.documents import pdf
    from platforms.applications.documents.form import form_paper
    from platforms.applications.documents.paper import Grid, Pairs, Paper, Paragraph
    from tests.platforms.applications.documents.samples import AT, FACTS

    paper = form_paper(fresh(staff), FACTS)
    rows = (row for block in paper.blocks if isinstance(block, Pairs | Grid) for row in block.rows)
    blocks = tuple(Paragraph("　".join(row)) for row in rows)
    return pdf.set_paper(Paper(paper.title, "", paper.author, paper.header, paper.footer, blocks), at=AT)


def facts_of_certificate() -> "CertificateFacts":
    """Return the facts of a certificate that was never printed."""
    from tests.evaluation.documents.samples import CERTIFICATE

    turn = next(_turn)
    number, address = f"NB2026-{turn:05d}-H7KQ3", f"https://example.gov.cn/verify/NB2026-{turn:05d}-H7KQ3/"
    return replace(CERTIFICATE, number=number, name=f"第{turn}号中小企业公共服务窗口平台", verify_url=address)


def print_certificate() -> bytes:
    from evaluation.documents.printing import certificate_pdf

    return certificate_pdf(facts_of_certificate())


def print_plaque() -> bytes:
    from evaluation.documents.printing import plaque

    return plaque(facts_of_certificate(), "svg")


def print_report() -> bytes:
    from evaluation.documents.printing import report_pdf
    from tests.evaluation.documents.samples import REPORT

    turn = next(_turn)
    lines = tuple(replace(REPORT.lines[1], indicator=f"第{turn}号指标{each}") for each in range(INDICATORS))
    return report_pdf(replace(REPORT, number=f"BG2026-{turn}", lines=lines))


def print_letter() -> bytes:
    from evaluation.documents.printing import letter_pdf
    from tests.evaluation.documents.samples import LETTER

    turn = next(_turn)
    lines = tuple(replace(LETTER.lines[1], name=f"第{turn}号平台{each}") for each in range(PLATFORMS))
    return letter_pdf(replace(LETTER, number=f"TZ2026-{turn}", lines=lines))


def plain_words(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return what sets the words of what ``make`` prints as paragraphs, other words at each call."""
    from platforms.applications.documents import pdf
    from platforms.applications.documents.paper import Paper, Paragraph
    from tests.evaluation.documents.samples import AT
    from tests.platforms.applications.documents.samples import pages_of

    pages_printed = pages_of(make())

    def set_plain() -> bytes:
        blocks = tuple(Paragraph(f"{next(_turn)}{words}") for words in pages_printed)
        return pdf.set_paper(Paper("标题", "", "", ("", ""), "", blocks), at=AT)

    return set_plain


def certifications(runs: int) -> Iterator[Line]:
    """Measure what is printed for a certification, how many in a second of one process too."""
    for what, make in (
        ("certificate, PDF/A", print_certificate),
        (f"report of {INDICATORS} indicators, PDF/A", print_report),
        (f"letter on {PLATFORMS} platforms, PDF/A", print_letter),
    ):
        floor, ours = medians([plain_words(make), make], runs, clock=process_time)
        yield Line(what, "same words, no layout", floor, ours, f"{1 / ours:.0f} a second, {len(make()) / 1e3:.0f} kB")
    floor, ours = medians([plain_words(print_certificate), print_plaque], runs, clock=process_time)
    yield Line("plaque, SVG", "words of a certificate", floor, ours, f"{1 / ours:.0f} a second")


def archive(versions: Any, reader: "User") -> int:
    """Make a ZIP of ``versions`` and let each bit of it go, as a server does; returns its size in bytes."""
    from platforms.applications.queries.documents import zip_of

    return sum(map(len, zip_of(versions, reader=reader)))


def zip_of_same(contents: list[bytes]) -> int:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
        for number, content in enumerate(contents):
            made.writestr(f"{number}.pdf", content)
    return len(file.getvalue())


def peak_of(act: Callable[[], object]) -> tuple[float, float]:
    """Return the peak of Python's memory during ``act`` and the growth of the process, both in MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3


def versions_of_forms() -> "tuple[list[ApplicationVersion], User, User]":
    """Put ``FORMS`` submitted forms into the tables; returns them, an officer of their county and one of the city."""
    from datetime import UTC, datetime

    from platforms.applications.queries.forms import digest_of
    from platforms.models import Application, ApplicationVersion
    from tests import factories

    at = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
    county = factories.officer("printer", factories.regions()["330212"])
    city = factories.person("reader", "city")
    round_ = factories.round_of(2026)
    rows = [factories.draft(county, round_, at) for _ in range(FORMS)]
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(status="submitted", submitted_at=at)
    made = [
        ApplicationVersion(
            application=row,
            number=1,
            data=(data := fresh(8)),
            digest=digest_of(data),
            submitted_at=at,
            submitted_by=county,
        )
        for row in rows
    ]
    return ApplicationVersion.objects.bulk_create(made), county, city


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure single forms, documents of a certification and archives; needs a database that is empty."""
    from django.db import transaction

    lines = []
    for staff in (8, 40):
        floor, ours, word = medians(
            [partial(plain, staff), partial(print_pdf, staff), partial(print_word, staff)], runs
        )
        note = f"{pages(print_pdf(staff))} pages"
        lines.append(Line(f"one form, {staff} people, PDF/A", "same words, no tables", floor, ours, note))
        lines.append(Line(f"one form, {staff} people, Word", "same words, no tables", floor, word))
    lines += list(certifications(runs))
    with transaction.atomic():
        lines += list(archives(max(runs // 7, 1)))
        transaction.set_rollback(True)
    return lines


def archives(runs: int) -> Iterator[Line]:
    from platforms.applications.queries.documents import document_of
    from platforms.applications.services.documents import freeze
    from platforms.models import ApplicationVersion

    made, county, city = versions_of_forms()
    versions = ApplicationVersion.objects.filter(pk__in=[each.pk for each in made]).order_by("pk")
    contents = [document_of(each, "pdf") for each in made]
    ways: list[tuple[str, Callable[[], int]]] = [
        ("made anew, people masked", partial(archive, versions, city)),
        ("made anew", partial(archive, versions, county)),
    ]
    for what, act in ways:
        yield _archive_line(what, act, contents, runs)
    for each in made:
        freeze(version=each, at=each.submitted_at)
    yield _archive_line("kept since the submission", partial(archive, versions, county), contents, runs)


def _archive_line(what: str, act: Callable[[], int], contents: list[bytes], runs: int) -> Line:
    size = act()
    held, grown = peak_of(act)
    floor, ours = medians([partial(zip_of_same, contents), act], runs)
    note = f"{size / 1e6:.1f} MB; peak {held:.1f} MB in Python, process +{grown:.1f} MB"
    return Line(f"ZIP of {FORMS} forms, {what}", "ZIP of the same bytes", floor, ours, note)


def pages(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("Printed forms", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
