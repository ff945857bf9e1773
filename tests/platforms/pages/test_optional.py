"""选填 at what may stay empty, once where that is nearly everything."""

import pytest
from django import forms

from platforms.templatetags.optional import ALL, NEARLY_ALL, sentence_of


def form(required: int, optional: int) -> forms.Form:
    made = forms.Form()
    for place in range(required):
        made.fields[f"r{place}"] = forms.CharField(label=f"要{place}")
    for place in range(optional):
        made.fields[f"o{place}"] = forms.CharField(label=f"可{place}", required=False)
    made.fields["tick"] = forms.BooleanField(label="勾选", required=False)
    made.fields["hidden"] = forms.CharField(widget=forms.HiddenInput, required=False)
    return made


@pytest.mark.parametrize(
    ("required", "optional", "sentence"),
    [(0, 2, ""), (0, 3, ALL), (1, 2, ""), (1, 3, NEARLY_ALL), (2, 5, ""), (2, 6, NEARLY_ALL), (3, 0, "")],
)
def test_from_three_in_four_it_is_said_once(required: int, optional: int, sentence: str) -> None:
    assert sentence_of(form(required, optional)) == sentence


def test_what_is_not_the_rule_is_marked() -> None:
    page = str(form(2, 1))
    assert page.count("选填") == 1
    assert "必填" not in page
    assert '可0 <span class="mark">选填</span>' in page
    page = str(form(1, 3))
    assert page.count(NEARLY_ALL) == 1
    assert '要0 <span class="mark">必填</span>' in page
    assert '<span class="mark">选填</span>' not in page
