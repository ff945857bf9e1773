"""The column by which rows are found: a name, its initials and its pinyin, kept beside the name and never apart."""

from typing import Any

from django.db import models

from platforms.pinyin import LONGEST, search_text

#: The longest name that is made searchable, in characters.
NAME = 80


class SearchText(models.CharField):
    """What a search compares with, made of the column ``name`` of the same row whenever the row is written.

    ``ScopedQuerySet.update`` writes it with the name; ``save(update_fields=…)`` has to name both.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options |= {"max_length": LONGEST + NAME + 1, "editable": False, "default": ""}
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for each in ("max_length", "editable", "default"):
            options.pop(each, None)
        return name, path, args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002
        text = search_text(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, text)
        return text


def with_search_text(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Return ``values`` of an update of ``model``, with the column of the search where they change the name."""
    name = values.get("name")
    if not isinstance(name, str):
        return values
    texts = [field.attname for field in model._meta.concrete_fields if isinstance(field, SearchText)]
    return values | dict.fromkeys(texts, search_text(name))
