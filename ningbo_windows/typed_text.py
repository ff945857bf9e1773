"""What somebody typed survives a refusal: where a page cannot show its form again, the text stands on the answer.

A page that can show its form again does so; this is for the others: a row that was moved by somebody else meanwhile, a
right that was taken away, a session that ended.
"""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from platforms.one_use import KEY

#: Words and sentences; what is chosen from a list, counted or signed has neither Chinese nor blanks between words.
TEXT = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|\S\s+\S")
#: More than any one page has boxes for sentences.
MOST = 60


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the sentences that were sent with a form, in the order of the form, each once."""
    if request.method != "POST":
        return []
    try:
        request.POST  # noqa: B018 - reads what was sent
    except SuspiciousOperation:
        # Too large or broken to be shown again.
        return []
    values = [value for name in request.POST if name != KEY for value in request.POST.getlist(name)]
    return list(dict.fromkeys(value.strip() for value in values if TEXT.search(value)))[:MOST]


def told(request: HttpRequest) -> tuple[bool, list[str]]:
    """Return whether the messages of this answer say that nothing was done, and their sentences."""
    queued = _queued(request)
    levels = {message.level for message in queued}
    is_refused = bool(levels & {messages.ERROR, messages.WARNING}) and messages.SUCCESS not in levels
    return is_refused, [str(message) for message in queued]


def _queued(request: HttpRequest) -> list[Any]:
    """Return the messages that this request has for the next page."""
    queued: list[Any] = getattr(messages.get_messages(request), "_queued_messages", [])
    return queued


def keep_typed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return ``answer``, or where it leads away from a refused form a page with what was typed (409)."""
    if request.method != "POST" or not isinstance(answer, HttpResponseRedirect):
        return answer
    is_refused, sentences = told(request)
    texts = typed_texts(request) if is_refused else []
    if not texts:
        return answer
    _queued(request).clear()
    return typed_page(request, sentences, texts, go_on=answer.url, verb="返回", status=409)


def typed_page(
    request: HttpRequest, sentences: list[str], texts: list[str], *, go_on: str, verb: str, status: int
) -> HttpResponse:
    """Return the page that says why nothing was done, and holds ``texts`` to be copied."""
    context = {"sentences": sentences, "texts": texts, "go_on": go_on, "verb": verb}
    return render(request, "typed.html", context, status=status)
