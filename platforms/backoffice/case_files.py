"""Files that prove something on the page of one case in the back office: the panel, and where its form is sent."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from platforms.backoffice.base import ScopedAdmin
from platforms.files.queries import files_of
from platforms.models import Region
from platforms.pages import evidence


def filled_fields(shown: ScopedAdmin, names: Sequence[str], row: Any) -> tuple[str, ...]:
    """Return those of ``names``, fields of ``row`` or columns of ``shown``, that say something by now."""
    if row is None:
        return tuple(names)
    # Asked several times for one page, and some columns ask the database.
    if "_filled_fields" not in row.__dict__:
        row.__dict__["_filled_fields"] = tuple(name for name in names if _says(shown, name, row))
    told: tuple[str, ...] = row.__dict__["_filled_fields"]
    return told


def _says(shown: ScopedAdmin, name: str, row: Any) -> bool:
    column = getattr(shown, name, None)
    return bool(column(row) if callable(column) else getattr(row, name))


class CaseFiles(ScopedAdmin):
    """A ``ScopedAdmin`` whose rows have evidence of ``evidence_kind``, by default that of the region of a platform."""

    evidence_kind: ClassVar[str]

    def may_add_files(self, request: HttpRequest, row: Any) -> bool:
        """Say whether this person may add a file to ``row`` now."""
        raise NotImplementedError

    def region_of_files(self, row: Any) -> Region | None:
        """Return whose the files of ``row`` are, None for the city's own."""
        region: Region | None = row.platform.region
        return region

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(require_POST(self.files_view))
        return [path("<int:object_id>/files/", view, name=f"{self._name}_files"), *super().get_urls()]

    @property
    def _name(self) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        panel = {"evidence": self.panel(request, row)}
        return super().change_view(request, object_id, form_url, {**panel, **(extra_context or {})})

    def panel(self, request: HttpRequest, row: Any, **more: Any) -> dict[str, Any]:
        """Return what ``files/evidence.html`` shows for ``row``."""
        action = reverse(f"admin:{self._name}_files", args=(row.pk,)) if self.may_add_files(request, row) else ""
        return evidence.panel(files_of(self.evidence_kind, row.pk), action=action, **more)

    def files_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Keep what was sent; what was refused is said on the page itself."""
        row = self.visible_or_404(request, str(object_id))
        if not self.may_add_files(request, row):
            raise PermissionDenied
        back = reverse(f"admin:{self._name}_change", args=(row.pk,))
        region = self.region_of_files(row)
        answer, form, refused = evidence.receive(request, kind=self.evidence_kind, key=row.pk, region=region, back=back)
        if answer:
            return answer
        request.method = "GET"
        page = self.change_view(
            request, str(row.pk), extra_context={"evidence": self.panel(request, row, form=form, refused=refused)}
        )
        page.status_code = 409 if refused else 422
        return page
