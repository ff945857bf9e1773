"""Form → workbook → form: what was stored comes back as it was."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook.workbook import Workbook

from platforms import cells
from platforms.applications.choices import Education, OperatingMode, Sex
from platforms.applications.intake.drafts import own_drafts, workbook_for
from platforms.applications.intake.fields import FILLED
from platforms.applications.intake.review import review
from platforms.applications.queries.forms import form_data
from platforms.applications.services import drafts as applications
from platforms.applications.services.intake import take_in
from platforms.models import Application, Question, Round, Town, User
from tests import factories
from tests.platforms.applications.intake.sheets import columns

pytestmark = pytest.mark.django_db
#: What people type: no halves of characters, nothing invisible, no other blanks than the plain one.
LETTERS = st.characters(
    exclude_categories=("C", "Z"), include_characters=" \n=+-@'_x0041ＡＢ１２·（）", exclude_characters="\ufffe\uffff"
)


#: What a cell does not say as a text: it empties, or it is an error of Excel.
NO_TEXTS = ("清空", *cells.EXCEL_ERRORS)


def text(most: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, max_size=min(most, 30)).map(str.strip).filter(lambda each: each not in NO_TEXTS)


FORMS = st.fixed_dictionaries(
    {
        "platform": st.fixed_dictionaries(
            {
                "address": text(120),
                "introduction": text(1000),
                "opening_hours": text(80),
                "longitude": st.none() | st.decimals(120, 123, places=6),
                "latitude": st.none() | st.decimals(28, 31, places=6),
            }
        ),
        "operator": st.fixed_dictionaries(
            {
                "operating_mode": st.sampled_from(["", *OperatingMode.values]),
                "operator_name": text(80),
                "founded_on": st.none() | st.dates(date(1900, 1, 1), date(2026, 4, 10)),
                "support_policy": text(200),
            }
        ),
        "venue": st.fixed_dictionaries(
            {
                "floor_area": st.none() | st.decimals("0.01", 999_999, places=2),
                "counters": st.none() | st.integers(0, 1000),
                "has_unified_sign": st.none() | st.booleans(),
            }
        ),
        "plan": st.fixed_dictionaries(
            {"funds_wan": st.none() | st.decimals(0, 99_999_999, places=2), "sustainability": text(1000)}
        ),
    }
)
STAFF = st.lists(
    st.fixed_dictionaries(
        {
            "name": text(40).filter(bool),
            "sex": st.sampled_from(Sex.values),
            "education": st.sampled_from(Education.values),
            "qualification": text(80),
            "post": text(40).filter(bool),
            "full_time": st.booleans(),
            "years": st.integers(0, 60),
            "mobile": st.sampled_from(["", "13800138000", "0574-87654321"]),
        }
    ),
    max_size=3,
)


def filled_part(row: Application) -> dict[str, Any]:
    """What the workbook carries of the form of ``row``."""
    data = form_data(Application.objects.get(pk=row.pk))
    names = [section.slug for section in FILLED] + ["staff", "services", "partners", "rules", "questions"]
    return {name: data[name] for name in names}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=FORMS, staff=STAFF)
def test_any_form_comes_back_from_the_workbook(
    yinzhou: User, round_2026: Round, now: datetime, form: dict[str, dict[str, Any]], staff: list[dict[str, Any]]
) -> None:
    town = Town.objects.filter(region=yinzhou.region).first() or factories.town(yinzhou.region)
    row = factories.draft(yinzhou, round_2026, now, town=town)
    for slug, values in form.items():
        row = applications.save_section(
            application=row, section=slug, values=values, version=row.version, by=yinzhou, at=now
        )
    row = applications.save_rows(application=row, section="staff", rows=staff, version=row.version, by=yinzhou, at=now)
    before = filled_part(row)
    content = workbook_for(yinzhou, round_2026, own_drafts(yinzhou, round_2026))

    same = review("a.xlsx", content, round=round_2026, user=yinzhou, at=now)
    assert (same.findings, [each.state for each in same.judged]) == ([], ["same"])

    applications.delete_draft(application=row, by=yinzhou, at=now)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["申报表"].cell(4, columns(book, "申报表")["申报编号"]).value = None
    for number in range(3, book["运营人员"].max_row + 1):
        # A landline is kept where it is stored already, and no mobile for a new row.
        cell = book["运营人员"].cell(number, columns(book, "运营人员")["手机"])
        cell.value = None if str(cell.value or "").startswith("0") else cell.value
    for kept in before["staff"]:
        kept["mobile"] = "" if kept["mobile"].startswith("0") else kept["mobile"]
    again = review("a.xlsx", again_saved(book), round=round_2026, user=yinzhou, at=now)
    assert (again.findings, [each.state for each in again.judged]) == ([], ["new"])
    made = take_in(round=round_2026, filed=again.filed, by=yinzhou, at=now).new[0]
    assert filled_part(made) == before
    applications.delete_draft(application=made, by=yinzhou, at=now)


def again_saved(book: Any) -> bytes:
    """The workbook as openpyxl writes it again; texts that look like formulas stay texts."""
    for page in book.worksheets:
        for line in page.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    cell.data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_whole_form_and_its_answers_come_back(yinzhou: User, round_2026: Round, now: datetime) -> None:
    asked = [
        Question.objects.create(round=round_2026, section="venue", text=text, kind=kind, options=options)
        for text, kind, options in (
            ("地址", "text", ""),
            ("距离（公里）", "number", ""),
            ("启用日期", "date", ""),
            ("有无电梯", "choice", "有,且能用\n没有"),
        )
    ]
    row = factories.fill(factories.draft(yinzhou, round_2026, now), yinzhou, now)
    answers = ("=东门", "-123456789012.3456", "1899-12-31", "有,且能用")
    values = {question.key: answer for question, answer in zip(asked, answers, strict=True)}
    values[asked[2].key] = "1900-01-31"
    row = applications.save_section(
        application=row, section="venue", values=values, version=row.version, by=yinzhou, at=now
    )
    before = filled_part(row)
    content = workbook_for(yinzhou, round_2026, own_drafts(yinzhou, round_2026))
    same = review("a.xlsx", content, round=round_2026, user=yinzhou, at=now)
    assert (same.findings, same.readings, [each.state for each in same.judged]) == ([], [], ["same"])

    applications.delete_draft(application=row, by=yinzhou, at=now)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["申报表"].cell(4, columns(book, "申报表")["申报编号"]).value = None
    again = review("a.xlsx", again_saved(book), round=round_2026, user=yinzhou, at=now)
    made = take_in(round=round_2026, filed=again.filed, by=yinzhou, at=now).new[0]
    assert filled_part(made) == before
    assert made.floor_area == Decimal("120.5")


def test_the_template_is_laid_out_for_paper(blank: Workbook) -> None:
    seen = [sheet for sheet in blank if sheet.sheet_state == "visible"]
    assert {(sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) for sheet in seen} == {("landscape", "9")}
    rows = {sheet.title: (sheet.print_title_rows, sheet.print_title_cols) for sheet in seen}
    lists = dict.fromkeys(("运营人员", "服务内容", "合作机构", "管理制度"), ("$1:$2", None))
    notes = dict.fromkeys(("填写说明", "示例"), (None, None))
    assert rows == {"申报表": ("$1:$3", "$A:$C")} | lists | notes
    # The form has too many columns for one page, and so have the examples of it.
    whole = {sheet.title for sheet in seen if sheet.sheet_properties.pageSetUpPr.fitToPage}
    assert whole == {*lists, "填写说明"}
