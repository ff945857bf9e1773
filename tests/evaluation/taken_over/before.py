"""Years from before the system, as rows of a workbook and as a workbook."""

import io
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook

from evaluation.taken_over.excel import COLUMNS
from evaluation.taken_over.rows import Row
from evaluation.taken_over.services import TakenOver, take_over
from platforms.excel.columns import show_value
from platforms.models import User
from tests import factories

#: The day of going live.
AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 4, 10)
DIGEST = "a" * 64
CODE = factories.credit_code(1, "12330212")
OTHER = factories.credit_code(2, "12330212")


def row(number: int = 2, **values: Any) -> Row:
    """A platform in 东郊街道 of 鄞州区 that got an A in 2023, with a certificate until October 2026."""
    year = values.get("year", 2023)
    usual: dict[str, Any] = {
        "year": 2023, "name": "东郊街道窗口平台", "type": "town", "region": "鄞州区", "site": "东郊街道",
        "operator": "东郊服务中心", "operator_code": CODE, "grade": "A", "decided_on": date(year, 10, 8),
        "certificate": f"窗口（{year}）001号", "valid_from": date(year, 10, 8), "valid_until": date(year + 3, 10, 7),
        "document_number": f"经信〔{year}〕12号", "phone": "0574-87654321", "address": "东郊路1号",
    }  # fmt: skip
    return Row(number=number, **usual | values)


def plain(number: int = 2, **values: Any) -> Row:
    """The same with a D, and no certificate."""
    return row(number, **{"grade": "D", "certificate": "", "valid_from": None, "valid_until": None} | values)


def taken(*rows: Row, by: User, at: datetime = AT) -> TakenOver:
    """What taking ``rows`` over under the notice of 2020 writes."""
    return take_over(rows=rows, notice=factories.notice(), digest=DIGEST, by=by, at=at)


def workbook(*rows: Row, without: str = "", **cells: Any) -> bytes:
    """An xlsx of ``rows`` as the template asks for them; ``cells`` stand in the first row whatever it says."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    columns = [column for column in COLUMNS if column.name != without]
    sheet.append([column.header for column in columns])
    for place, each in enumerate(rows):
        values = {column.name: show_value(column, getattr(each, column.name)) for column in columns}
        values |= cells if not place else {}
        sheet.append([values[column.name] for column in columns])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
