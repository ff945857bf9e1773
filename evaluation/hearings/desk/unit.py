"""What an operator sees behind the link of its hearing: what is intended and why, and its answer; no account.

The address is the key: nothing here logs it, and no answer of these pages goes into a log with it.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.hearings import queries
from evaluation.hearings.desk.forms import AnswerForm, ObjectionForm, WaiveForm
from evaluation.hearings.queries import OPEN, STATES, TONES
from evaluation.hearings.services import hearings
from evaluation.models import Hearing, Objection, PublicNotice
from evaluation.public_notice.choices import ObjectionChannel
from evaluation.public_notice.objections import too_early_or_late
from evaluation.public_notice.queries import notices
from evaluation.public_notice.services import objections
from evaluation.schemes.grading import plain
from platforms import deadlines
from platforms.dates import day_in_words, moment_in_words
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.identity import ours
from platforms.models import EvidenceFile
from platforms.notices.clauses import activate
from platforms.one_use import creates, shown_once
from platforms.pages import evidence
from platforms.pages.files import send_kept
from platforms.pages.forms import RefusableForm
from platforms.pages.moves import METHODS
from platforms.rounds.choices import RoundStatus
from platforms.turning_away import too_often, unknown_keys, wait_for

View = Callable[..., HttpResponseBase]
TITLE = "告知书"


def holder(view: View) -> View:
    """Let in who holds the link of a hearing and pass it on; unknown and replaced ones are 404."""

    @wraps(view)
    @sensitive_variables("token")
    def inner(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        hearing = hearings.find(token)
        response: HttpResponseBase
        if hearing is None:
            seconds = wait_for(unknown_keys)
            response = (
                too_often(request, "打开无效链接", seconds)
                if seconds
                else render(request, "hearings/unknown.html", status=404)
            )
        else:
            if hearing.assessment:
                activate(hearing.assessment.application.round.notice_id)
            response = view(request, token, hearing, **kwargs)
        # Django logs the address of every answer from 400 on; this address is a key.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return inner


def _sender(hearing: Hearing) -> str:
    region = hearing.platform.region
    return f"{region.name}经信部门" if region else ours().industry_bureau.short


@holder
@require_safe
def start(request: HttpRequest, token: str, hearing: Hearing) -> HttpResponse:
    """The notice: what is intended, why, until when; what was answered, and what came of it."""
    hearings.open_link(hearing=hearing, at=timezone.now())
    today = timezone.localdate()
    hearing.refresh_from_db(fields=["opened_at"])
    state = queries.state_of(hearing, today)
    is_open = state in OPEN
    left = deadlines.in_words(deadlines.days_left(hearing.answer_by, today)) if is_open else ""
    files = list(files_of(EvidenceKind.HEARING, hearing.pk))
    context = {
        "hearing": hearing,
        "state": {"label": STATES[state], "tone": TONES[state]},
        "is_open": is_open,
        "is_ended": state == "ended",
        "is_lapsed": state == "lapsed",
        "pairs": [
            {"label": "窗口平台", "value": hearing.platform.name},
            {"label": "被告知单位", "value": hearing.recipient},
            {"label": "告知日期", "value": day_in_words(timezone.localdate(hearing.sent_at))},
            {"label": "陈述期限", "value": f"{day_in_words(hearing.answer_by)}{'，' if left else ''}{left}"},
            {"label": "告知单位", "value": ours().industry_bureau.short},
        ],
        "said": _said(hearing),
        **_points(hearing),
        "files": evidence.listed(files, url_of=lambda each: reverse("hearing:file", args=[token, each.pk])),
        "replied": moment_in_words(hearing.replied_at) if hearing.replied_at else "",
        "answer_url": reverse("hearing:answer", args=[token]),
        "waive_url": reverse("hearing:waive", args=[token]),
        "files_url": reverse("hearing:files", args=[token]),
        "objection_url": reverse("hearing:objection", args=[token]) if _noticed(hearing) else "",
        "bureau": ours().industry_bureau.short,
        "sender": _sender(hearing),
    }
    return render(request, "hearings/notice.html", context)


def _points(hearing: Hearing) -> dict[str, Any]:
    """Return the table of what was given per indicator, for a hearing about a grade."""
    rows = queries.points_of(hearing.assessment) if hearing.assessment else []
    return {
        "total": _number(hearing.assessment.points) if hearing.assessment and rows else "",
        "columns": [
            {"label": "指标"},
            {"label": "满分", "num": True},
            {"label": "得分", "num": True},
            {"label": "说明"},
        ],
        "rows": [
            {
                "cells": [
                    each.indicator.title,
                    "—" if each.passed is not None else _number(each.full_marks),
                    _number(each.points) if each.passed is None else "具备" if each.passed else "不具备",
                    each.evidence or "—",
                ]
            }
            for each in rows
        ],
    }


def _number(value: Any) -> str:
    return "" if value is None else plain(Fraction(value))


def _said(hearing: Hearing) -> list[dict[str, str]]:
    """Return the receipt of what was answered, or nothing."""
    if hearing.answered_at is None:
        return []
    return [
        {"label": "回执编号", "value": hearing.number},
        {"label": "提交时间", "value": moment_in_words(hearing.answered_at)},
        {"label": "提交方式", "value": "书面材料，由经信部门登记" if hearing.entered_by_id else "凭链接提交"},
        {"label": "陈述人", "value": hearing.answered_name},
        {"label": "联系电话", "value": hearing.answered_phone or "未填写"},
    ]


def _closed_to(hearing: Hearing, token: str) -> HttpResponse | None:
    """Return the way back to the notice where nothing can be answered any more."""
    if queries.state_of(hearing, timezone.localdate()) in OPEN:
        return None
    return redirect("hearing:start", token)


@holder
@require_http_methods(METHODS)
def answer(request: HttpRequest, token: str, hearing: Hearing) -> HttpResponse:
    """Ask what the operator says, and keep it for good."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    context = {
        "title": "提出陈述申辩",
        "what": f"对“{hearing.intended}”（告知书编号 {hearing.number}）提出陈述申辩。",
        "effects": [
            "提交后不能修改；有佐证材料的，请先上传。",
            f"由{ours().industry_bureau.short}复核，复核意见在本链接查看。",
        ],
        "verb": "提交陈述申辩",
    }
    return _ask(request, token, hearing, form, context, "陈述申辩已提交。")


@holder
@require_http_methods(METHODS)
def waive(request: HttpRequest, token: str, hearing: Hearing) -> HttpResponse:
    """Ask whether the operator really has nothing to say."""
    form = WaiveForm(request.POST if request.method == "POST" else None)
    context = {
        "title": "放弃陈述申辩",
        "what": f"对“{hearing.intended}”（告知书编号 {hearing.number}）放弃陈述申辩。",
        "effects": ["提交后不能再提出陈述申辩，市经信局可以据此作出决定。"],
        "verb": "放弃陈述申辩",
        "danger": True,
    }
    return _ask(request, token, hearing, form, context, "已放弃陈述申辩。", waived=True)


def _ask(
    request: HttpRequest,
    token: str,
    hearing: Hearing,
    form: RefusableForm,
    words: dict[str, Any],
    done: str,
    *,
    waived: bool = False,
) -> HttpResponse:
    if closed := _closed_to(hearing, token):
        return closed
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            hearings.answer(hearing=hearing, waived=waived, token=token, at=timezone.now(), **form.cleaned_data)
        except Refusal as refused:
            if isinstance(refused, Gone) or refused.field not in form.fields:
                refusal = str(refused)
            else:
                form.refuse(refused)
        else:
            messages.success(request, done)
            return redirect("hearing:start", token)
    start_url = reverse("hearing:start", args=[token])
    context = {
        "base": "fill/base.html",
        "crumbs": [{"label": TITLE, "url": start_url}, {"label": words["title"], "url": ""}],
        "form": form,
        "cancel_url": start_url,
        "refusal": refusal,
        **words,
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


def _noticed(hearing: Hearing) -> PublicNotice | None:
    """Return the public notice that takes objections today, about the platform of ``hearing``, or None."""
    if hearing.assessment is None:
        return None
    notice = notices.opened_of(hearing.assessment.application.round)
    if notice is None or notice.round.status == RoundStatus.PUBLISHED:
        return None
    late = too_early_or_late(
        status=notice.status, starts_on=notice.starts_on, ends_on=notice.ends_on, on=timezone.localdate()
    )
    return None if late else notice


@holder
@creates
@require_http_methods(METHODS)
def objection(request: HttpRequest, token: str, hearing: Hearing) -> HttpResponse:
    """Take in an objection of the operator to the public notice; number and code are shown once."""
    notice, start_url = _noticed(hearing), reverse("hearing:start", args=[token])
    if notice is None:
        messages.info(request, "现在没有可以提出异议的公示。")
        return redirect(start_url)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, refusal = ObjectionForm(*sent), ""
    if sent and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made, code = objections.file(
                notice=notice, assessment=hearing.assessment, channel=ObjectionChannel.LINK,
                files=given.pop("uploads"), sender_hash=_sender_hash(hearing), at=timezone.now(), **given,
            )  # fmt: skip
        except Refusal as refused:
            if refused.field in form.fields:
                form.refuse(refused)
            else:
                refusal = str(refused)
        else:
            return _objected(request, hearing, made, code, start_url)
    context = {
        "base": "fill/base.html",
        "crumbs": [{"label": TITLE, "url": start_url}, {"label": "对公示提出异议", "url": ""}],
        "title": "对公示提出异议",
        "what": f"对{notice.round}公示（{notice.number}）中“{hearing.platform.name}”的内容提出异议，"
        f"公示期至{day_in_words(notice.ends_on)}。",
        "effects": [
            "异议与陈述申辩分别办理；提出异议不代替陈述申辩。",
            "提交后显示受理编号和查询码，凭此查询书面答复。",
        ],
        "form": form,
        "verb": "提交异议",
        "cancel_url": start_url,
        "refusal": refusal,
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


def _sender_hash(hearing: Hearing) -> str:
    """Return what counts the objections of one link; who holds it is known, whatever the address."""
    return salted_hmac("hearing.objection", str(hearing.pk), algorithm="sha256").hexdigest()


def _objected(request: HttpRequest, hearing: Hearing, made: Objection, code: str, start_url: str) -> HttpResponse:
    context = {
        "crumbs": [{"label": TITLE, "url": start_url}, {"label": "对公示提出异议", "url": ""}],
        "hearing": hearing,
        "pairs": [
            {"label": "受理编号", "value": made.number},
            {"label": "查询码", "value": code},
            {"label": "答复期限", "value": day_in_words(made.due_on)},
        ],
        "start_url": start_url,
    }
    answer = render(request, "hearings/objected.html", context)
    note = f"异议已提交，受理编号为 {made.number}；查询码只显示一次，未记下的请与公示单位联系。"
    return shown_once(answer, record=start_url, note=note)


@holder
@require_http_methods(METHODS)
def files(request: HttpRequest, token: str, hearing: Hearing) -> HttpResponse:
    """The files that go with the answer, and more of them before it is given."""
    if closed := _closed_to(hearing, token):
        return closed
    here, start_url = reverse("hearing:files", args=[token]), reverse("hearing:start", args=[token])
    form, status = None, 200
    refused: list[str] = []
    if request.method == "POST":
        done, form, refused = evidence.receive_with(
            request,
            add=lambda upload, note: hearings.add_file(
                hearing=hearing, upload=upload, note=note, token=token, at=timezone.now()
            ),
            back=here,
        )
        if done is not None:
            return done
        status = 409 if refused else 200
    context = {
        "crumbs": [{"label": TITLE, "url": start_url}, {"label": "佐证材料", "url": ""}],
        "hearing": hearing,
        "back_url": start_url,
        "answer_url": reverse("hearing:answer", args=[token]),
        "evidence": evidence.panel(
            files_of(EvidenceKind.HEARING, hearing.pk),
            action=here,
            form=form,
            refused=refused,
            url_of=lambda each: reverse("hearing:file", args=[token, each.pk]),
        ),
    }
    return render(request, "hearings/files.html", context, status=status)


@holder
@require_safe
def file(request: HttpRequest, token: str, hearing: Hearing, pk: int) -> HttpResponseBase:  # noqa: ARG001
    """Send one of the files of the hearing."""
    rows = EvidenceFile.objects.filter(kind=EvidenceKind.HEARING, key=hearing.pk)
    return send_kept(get_object_or_404(rows, pk=pk), view=request.GET.get("view") == "1")
