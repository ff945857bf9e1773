"""The ten sections of the application form (建设运营申报表), in form order; one table for rail, pages and print."""

from dataclasses import dataclass
from functools import cached_property

from platforms.applications.form_fields import FORM_FIELDS, ROW_FIELDS


@dataclass(frozen=True)
class Section:
    """One section: ``rows`` are the kinds of rows below it; its fields stand in ``form_fields``."""

    number: int
    slug: str
    title: str
    rows: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names on the application."""
        return tuple(each.name for each in FORM_FIELDS.get(self.slug, ()))

    @cached_property
    def county_fields(self) -> tuple[str, ...]:
        """Those that the officer alone may fill, never through a fill link."""
        return tuple(each.name for each in FORM_FIELDS.get(self.slug, ()) if each.by_county)


@dataclass(frozen=True)
class RowKind:
    """One kind of row below the form, and the ``section`` it belongs to."""

    name: str
    section: str
    title: str

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(each.name for each in ROW_FIELDS[self.name])


SECTIONS = (
    Section(1, "platform", "平台信息"),
    Section(2, "operator", "运营单位"),
    Section(3, "venue", "场地设施"),
    Section(4, "staff", "运营人员", rows=("staff",)),
    Section(5, "services", "服务内容", rows=("services", "partners")),
    Section(6, "record", "服务业绩"),
    Section(7, "rules", "管理制度", rows=("rules",)),
    Section(8, "plan", "建设运营计划"),
    Section(9, "attachments", "附件", rows=("attachments",)),
    Section(10, "commitment", "承诺与审核意见"),
)

#: The kinds of rows that ``save_rows`` replaces as a whole; attachments come and go one by one.
ROW_KINDS = (
    RowKind("staff", "staff", "运营人员"),
    RowKind("services", "services", "服务内容"),
    RowKind("partners", "services", "合作机构"),
    RowKind("rules", "rules", "管理制度"),
)


def section(slug: str) -> Section:
    """Return the section called ``slug``.

    Raises:
        KeyError: there is none; a programming error or a forged address.
    """
    return {each.slug: each for each in SECTIONS}[slug]


def row_kind(name: str) -> RowKind:
    """Return the kind of rows called ``name``.

    Raises:
        KeyError: there is none; a programming error or a forged address.
    """
    return {each.name: each for each in ROW_KINDS}[name]
