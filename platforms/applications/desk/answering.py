"""Answers to what a return asks: saved with the section around them, or on their own."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from platforms.applications.desk.correction_items import BOX, Asked, take_answers
from platforms.applications.desk.section_page import Place, section_page
from platforms.applications.sections import SECTIONS
from platforms.models import Application, CorrectionItem


def section_with_answers(request: HttpRequest, application: Application, slug: str, place: Place) -> HttpResponse:
    """Show or save one section; the answers that stand in its boxes are saved with it.

    An answer that cannot be taken stays in its box with a sentence; where the section itself was saved, on a page of
    its own.
    """
    if request.method != "POST" or "add_row" in request.POST or "paste_rows" in request.POST:
        return section_page(request, application, slug, place)
    wrong = take_answers(application, request.POST, by=place.writer.by, link=place.writer.link)

    def with_sentences() -> Asked | None:
        asked = place.asked()
        for question in asked.questions if asked else ():
            question.error = wrong.get(question.pk, "")
        return asked

    with_questions = replace(place, asked=with_sentences)
    response = section_page(request, application, slug, with_questions)
    if wrong and isinstance(response, HttpResponseRedirect):
        return _alone(request, application, next(iter(wrong)), with_questions, status=409)
    return response


def answer_page(request: HttpRequest, application: Application, pk: int, place: Place) -> HttpResponse:
    """Answer the question ``pk``; with ``section`` in the address the form around the box comes along and is saved."""
    if not CorrectionItem.objects.filter(application=application, pk=pk).exists():
        raise Http404
    asked = place.asked()
    if asked is None or all(question.pk != pk for question in asked.questions):
        messages.warning(request, "这项补正要求已不能答复，请查看最新的补正要求。")
        return HttpResponseRedirect(place.overview_url)
    if request.method != "POST":
        return _alone(request, application, pk, place)
    slug = request.GET.get("section", "")
    if slug != "attachments" and any(slug == section.slug for section in SECTIONS):
        return section_with_answers(request, application, slug, place)
    wrong = take_answers(application, request.POST, by=place.writer.by, link=place.writer.link)
    if not request.POST.get(f"{BOX}{pk}", "").strip():
        wrong[pk] = "请填写“答复”。"
    if wrong:
        for question in asked.questions:
            question.error = wrong.get(question.pk, "")
        return _alone(request, application, next(iter(wrong)), replace(place, asked=lambda: asked), status=409)
    messages.success(request, "答复已保存。")
    back = place.section_url("attachments") if slug == "attachments" else place.overview_url
    return HttpResponseRedirect(f"{back}#{'question' if slug else 'asked'}-{pk}")


def _alone(request: HttpRequest, application: Application, pk: int, place: Place, *, status: int = 200) -> HttpResponse:
    asked = place.asked()
    question = next((each for each in asked.questions if each.pk == pk), None) if asked else None
    if question is None:
        raise Http404
    context = {
        "base": place.base,
        "crumbs": [*place.crumbs, {"label": "答复补正要求", "url": ""}],
        "application": application,
        "question": question,
        "cancel_url": f"{place.overview_url}#asked-{pk}",
    }
    return render(request, "applications/answer.html", context, status=status)
