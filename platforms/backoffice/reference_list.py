"""A list that is edited by hand or by Excel, and says who brought it in last."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from platforms.backoffice.excel import ExcelAdmin
from platforms.dates import plain_moment
from platforms.excel.base import ScopedResource
from platforms.reference.queries.imports import import_verb, last_import

#: More rows that a file does not name are not listed.
MOST_NAMES = 30


class ListAdmin(ExcelAdmin):
    """A list that comes as a whole: says who brought it in last, and what a new file leaves out."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        told = {"lead": self.last_import()} if self.has_import_permission(request) else {}
        return super().changelist_view(request, told | (extra_context or {}))

    def import_verbs(self) -> tuple[str, ...]:
        """Return the verbs under which the list is brought in."""
        return (import_verb(self.model),)

    def last_import(self) -> str:
        """Return, in Chinese, who brought the list in last and when."""
        found = last_import(*self.import_verbs())
        if found is None:
            return "尚未导入。"
        return f"最近导入：{found.who}，{plain_moment(found.at)}，{found.what}。"

    def left_alone(self, resource: ScopedResource, result: Any) -> dict[str, Any]:
        rows = resource.rows_not_named(result)
        return {"total": rows.count(), "names": [str(row) for row in rows[:MOST_NAMES]]}
