"""The page of a scheme as a browser holds it: every box with what stands in it."""

from typing import Any


def typed_of(page: Any) -> dict[str, str]:
    """Return what the form of a scheme sends as it stands."""
    context = page.context
    forms = [context["adminform"].form]
    typed: dict[str, str] = {"_shown": context["shown_digest"]}
    for each in (inline.formset for inline in context["inline_admin_formsets"]):
        typed |= {f"{each.prefix}-{k}": str(v) for k, v in each.management_form.initial.items() if v is not None}
        forms += each.initial_forms
    for form in forms:
        for name in form.fields:
            value = form.fields[name].prepare_value(form[name].value())
            if value is not False:
                typed[form.add_prefix(name)] = "" if value is None else str(value)
    return typed


def box(page: Any, code: str, name: str) -> str:
    """Return the name of the box ``name`` in the row of the indicator ``code``."""
    context = page.context
    formset = context["inline_admin_formsets"][1].formset
    return str(next(f for f in formset.initial_forms if f.instance.code == code).add_prefix(name))


def start(page: Any, grade: str, name: str) -> str:
    """Return the name of the box ``name`` in the row of the cut-off of ``grade``."""
    context = page.context
    formset = context["inline_admin_formsets"][0].formset
    return str(next(f for f in formset.initial_forms if f.instance.grade == grade).add_prefix(name))
