"""The sheets of the intake workbook: their columns come from the tables of the form and the questions of a round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models

from platforms.applications.choices import QuestionKind
from platforms.applications.eligibility import allowed_types
from platforms.applications.form_fields import FORM_FIELDS, ROW_FIELDS, FormField
from platforms.applications.queries.forms import row_model
from platforms.applications.sections import ROW_KINDS, SECTIONS
from platforms.cells import Column, Kind
from platforms.choices import PlatformType
from platforms.models import Application, Question, User
from platforms.reference.choices import RegionKind

APPLICATIONS = "申报表"
#: More applications are not taken in one workbook.
MOST_APPLICATIONS = 2_000
#: Written into a cell to empty what is stored; an empty cell leaves it as it is.
CLEAR = "清空"
KEY, NUMBER, TYPE, TOWN, PARK, ASSOCIATION, CHAIN = (
    "key",
    "number",
    "type",
    "town",
    "park",
    "association",
    "industry_chain",
)
PLACES = (TOWN, PARK, ASSOCIATION, CHAIN)
#: What the sheet fills: not the commitment, which is given on the screen, and no files.
FILLED = tuple(section for section in SECTIONS if section.fields and section.slug != "commitment")


@dataclass(frozen=True)
class Sheet:
    """One sheet that is read: ``name`` is ``applications`` or a kind of rows, ``title`` what its tab says."""

    name: str
    title: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(each for each in self.columns if each.name == name)


@dataclass(frozen=True)
class Layout:
    """All sheets of the workbook of one person; the first one holds the applications."""

    sheets: tuple[Sheet, ...]
    questions: tuple[Question, ...] = ()

    def sheet(self, name: str) -> Sheet:
        """Return the sheet for ``name``: ``applications`` or a kind of rows."""
        return next(each for each in self.sheets if each.name == name)


def layout_for(user: User, questions: Iterable[Question]) -> Layout:
    """Return the workbook that ``user`` fills in; ``questions`` are those of the round."""
    types = allowed_types(user.role, user.region.kind if user.region else "")
    asked = tuple(
        each for each in questions if each.kind != QuestionKind.FILE and any(each.is_for(type) for type in types)
    )
    rows = tuple(Sheet(kind.name, kind.title, _row_columns(kind.name)) for kind in ROW_KINDS)
    return Layout((Sheet("applications", APPLICATIONS, tuple(_columns(user, types, asked))), *rows), asked)


def _columns(user: User, types: Sequence[str], asked: Sequence[Question]) -> Iterable[Column]:
    yield Column(KEY, "序号", Kind.KEY, required=True, hint="其他工作表用它指明属于哪一份申报")
    yield Column(NUMBER, "申报编号", Kind.CAPITALS, hint="新建的留空；已有草稿可不填，按地点对应")
    words = tuple((value, PlatformType(value).label) for value in types)
    yield Column(TYPE, "类型", Kind.CHOICE, required=True, choices=words)
    if user.region is None:
        yield Column(ASSOCIATION, "行业协会", Kind.TEXT, required=True)
        yield Column(CHAIN, "服务产业链", Kind.TEXT, required=True)
    else:
        itself = "；留空表示管委会本级" if user.region.kind == RegionKind.ZONE else ""
        yield Column(TOWN, "乡镇（街道）", Kind.TEXT, hint=f"从列表中选择，小微企业园窗口平台不填{itself}")
        yield Column(PARK, "小微企业园", Kind.TEXT, hint="从列表中选择，仅小微企业园窗口平台填写")
    for section in FILLED:
        for field in FORM_FIELDS[section.slug]:
            yield _column(Application, field, group=section.title)
        for question in asked:
            if question.section == section.slug:
                yield _question(question, section.title)


def _row_columns(kind: str) -> tuple[Column, ...]:
    key = Column(KEY, "申报表序号", Kind.KEY, required=True, hint="填“申报表”工作表中的序号")
    return (key, *(_column(row_model(kind), each, row=True) for each in ROW_FIELDS[kind]))


def _column(model: type[models.Model], field: FormField, *, group: str = "", row: bool = False) -> Column:
    column = model._meta.get_field(field.name)
    assert isinstance(column, models.Field)
    limit = column.max_length if field.kind == Kind.TEXT else 0
    hints = [field.hint, f"最多 {limit} 个字" if limit else ""]
    return Column(
        field.name,
        field.header,
        field.kind,
        # What a row cannot do without; a yes or no is never assumed.
        required=row and (not column.blank or field.kind == Kind.YES_NO),
        choices=field.pairs,
        hint="；".join(each for each in hints if each),
        group=group,
    )


def _question(question: Question, group: str) -> Column:
    kind = {
        QuestionKind.TEXT: Kind.TEXT,
        QuestionKind.NUMBER: Kind.DECIMAL,
        QuestionKind.DATE: Kind.DATE,
        QuestionKind.CHOICE: Kind.CHOICE,
    }[QuestionKind(question.kind)]
    words = tuple((each, each) for each in question.choices)
    types = f"适用：{question.types_in_words()}" if question.types else ""
    hint = "；".join(part for part in (question.help_text, types) if part)
    # A question may be called like a column of the form.
    return Column(question.key, f"补充：{question.text}", kind, choices=words, hint=hint, group=group)
