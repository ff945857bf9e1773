"""Which rows a person sees: the one door that every list, form, drop-down, file, export and API call goes through.

Three axes, three files: ``platforms/roles.py`` says what kind of thing a role may see or do, this file says which
rows, the ``workflow.py`` of each room says when.
"""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from platforms.choices import Role
from platforms.searchable import with_search_text

if TYPE_CHECKING:
    from platforms.accounts.models.user import User

#: ``region_path`` of a model whose rows are the same for everybody who may see the model at all.
EVERYWHERE = ""


class ScopedQuerySet(models.QuerySet):
    """Rows of a model that names the way to its region in ``region_path``."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Return the rows that ``user`` may see.

        Nobody without the permission to view the model sees anything. A county officer sees the rows of its own
        region and of those that came to it, and none at all while no region is set on the account. An assessor sees
        the rows assigned to that person, and of models without assignment those that are the same for everybody.
        """
        if not may_view(user, self.model):
            return self.none()
        path: str = self.model.region_path  # type: ignore[attr-defined]
        if user.role == Role.ASSESSOR and path != EVERYWHERE:  # type: ignore[union-attr]
            assigned: str = self.model.judge_path  # type: ignore[attr-defined]
            return self.filter(**{assigned: user.pk}) if assigned else self.none()
        if path == EVERYWHERE or user.role != Role.COUNTY:  # type: ignore[union-attr]
            return self.all()
        return self.filter(**{f"{path}__in": regions}) if (regions := regions_of_officer(user)) else self.none()

    def update(self, **values: Any) -> int:
        """Write ``values`` to all rows, and with a name what finds it (``platforms.searchable``)."""
        return super().update(**with_search_text(self.model, values))


def regions_of_officer(user: "User | AnonymousUser") -> tuple[int, ...]:
    """Return the keys of the regions whose rows a county officer goes on with: its own first, then what came to it.

    Empty for everybody else, and while no region is set on the account.
    """
    region = getattr(user, "region", None)
    return () if region is None else (region.pk, *region.inherits)


def may_view(user: "User | AnonymousUser", model: type[models.Model]) -> bool:
    """Say whether ``user`` may see rows of ``model`` at all."""
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


class ScopedModel(models.Model):
    """A model whose rows come through :meth:`ScopedQuerySet.visible_to`.

    ``region_path`` is the lookup from a row to the primary key of its region, or :data:`EVERYWHERE`. ``judge_path`` is
    the lookup to the person whom a row is assigned to for judging; empty where none is.
    """

    region_path: str
    judge_path: str = ""

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_visible_to(self, user: Any) -> bool:
        """Say whether this row is among those that ``user`` may see."""
        return type(self).objects.visible_to(user).filter(pk=self.pk).exists()
