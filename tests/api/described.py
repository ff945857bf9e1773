"""The subset of JSON Schema that the interface describes itself in: what conforms, and values that do."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
_KINDS: dict[str, Any] = {"string": str, "array": list, "object": dict, "null": type(None), "boolean": bool}
_SILENT = {"title", "x-title", "description", "default"}
_KNOWN = {
    "$ref", "anyOf", "type", "enum", "const", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
    "maxItems", "items", "required", "properties", "additionalProperties",
} | _SILENT  # fmt: skip

#: What can stand in an address or in JSON; halves of characters cannot.
CHARACTERS = st.characters(exclude_categories=["Cs"])
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(CHARACTERS)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS), inner, max_size=3),
    max_leaves=6,
)


def real(schema: Schema, named: Mapping[str, Schema]) -> Schema:
    """Return ``schema``, or the one that it refers to; one that says what is not known here is a fault of the test."""
    found = named[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    assert found.keys() <= _KNOWN, found.keys() - _KNOWN
    return found


def faults(value: Any, schema: Schema, named: Mapping[str, Schema], at: str = "$") -> Iterator[str]:
    """Yield where ``value`` is not as ``schema`` says; nothing if it conforms."""
    says = real(schema, named)
    if "anyOf" in says:
        if all(list(faults(value, option, named, at)) for option in says["anyOf"]):
            yield f"{at}: none of the options"
        return
    kind = says.get("type", "object" if "properties" in says else "")
    fits = type(value) is int if kind == "integer" else isinstance(value, _KINDS[kind])
    if not fits:
        yield f"{at}: no {kind}"
        return
    if "const" in says and value != says["const"]:
        yield f"{at}: not the value"
    if "enum" in says and value not in says["enum"]:
        yield f"{at}: not among the values"
    if kind == "integer" and not says.get("minimum", value) <= value <= says.get("maximum", value):
        yield f"{at}: out of range"
    if kind == "string":
        yield from _faults_of_text(value, says, at)
    if kind == "array":
        if len(value) > says.get("maxItems", len(value)):
            yield f"{at}: too many"
        for place, item in enumerate(value):
            yield from faults(item, says["items"], named, f"{at}[{place}]")
    if kind == "object":
        fields = says.get("properties", {})
        yield from (f"{at}: without {name}" for name in says.get("required", ()) if name not in value)
        if says.get("additionalProperties") is False:
            yield from (f"{at}: {name} is unknown" for name in value.keys() - fields.keys())
        for name in value.keys() & fields.keys():
            yield from faults(value[name], fields[name], named, f"{at}.{name}")


def _faults_of_text(value: str, says: Schema, at: str) -> Iterator[str]:
    if not says.get("minLength", 0) <= len(value) <= says.get("maxLength", len(value)):
        yield f"{at}: too short or too long"
    if "pattern" in says and not re.search(says["pattern"], value):
        yield f"{at}: not in the form"
    if says.get("format") == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            yield f"{at}: no day"


def conforming(schema: Schema, named: Mapping[str, Schema], *, most: int = 3) -> st.SearchStrategy[Any]:
    """Return values that are as ``schema`` says; lists have ``most`` items at most."""
    says = real(schema, named)
    if "anyOf" in says:
        return st.one_of([conforming(option, named) for option in says["anyOf"]])
    if "const" in says:
        return st.just(says["const"])
    if "enum" in says:
        return st.sampled_from(says["enum"])
    kind = says["type"]
    if kind == "null":
        return st.none()
    if kind == "integer":
        return st.integers(says["minimum"], says["maximum"])
    if kind == "array":
        return st.lists(conforming(says["items"], named), max_size=most)
    if kind == "object":
        fields = {name: conforming(field, named) for name, field in says["properties"].items()}
        needed = set(says["required"])
        return st.fixed_dictionaries(
            {name: field for name, field in fields.items() if name in needed},
            optional={name: field for name, field in fields.items() if name not in needed},
        )
    if says.get("format") == "date":
        return st.dates().map(date.isoformat)
    if "pattern" in says and "maxLength" not in says:
        return st.from_regex(says["pattern"].replace("$", r"\Z"), alphabet=st.characters(codec="ascii"))
    texts = st.text(CHARACTERS, min_size=says.get("minLength", 0), max_size=says["maxLength"])
    return texts.filter(lambda text: not list(_faults_of_text(text, says, "")))
