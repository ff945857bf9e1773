"""Filters of the back office by words that notices define: a list spans rounds of several notices."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from platforms.notices.queries import approved_terms
from platforms.notices.terms import Terms, merged


def notice_filter(
    field: str, label: str, words: Callable[[Terms], Sequence[tuple[str, str]]]
) -> type[admin.SimpleListFilter]:
    """Return a filter by ``field`` whose choices are ``words`` of every approved notice, called ``label``."""

    class NoticeFilter(admin.SimpleListFilter):
        title = label
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return merged(words(terms) for terms in approved_terms())

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    return NoticeFilter


def grade_filter(field: str, label: str = "档次") -> type[admin.SimpleListFilter]:
    """Return a filter by the code of a grade."""
    return notice_filter(field, label, lambda terms: terms.grade_choices)


def ground_filter(field: str = "ground", label: str = "撤销情形") -> type[admin.SimpleListFilter]:
    """Return a filter by the key of a ground for a revocation."""
    return notice_filter(field, label, lambda terms: terms.ground_choices)
