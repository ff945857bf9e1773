"""Objections to a public notice: filing one, the receipt that is shown once, and looking up what was answered."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.models import NoticeLine, Objection, PublicNotice
from evaluation.public_notice.choices import ObjectionChannel, ObjectionStatus
from evaluation.public_notice.objections import is_anonymous, too_early_or_late
from evaluation.public_notice.queries import notices
from evaluation.public_notice.queries import objections as queries
from evaluation.public_notice.services import objections
from evaluation.site import answers
from evaluation.site.answers import never_kept, too_often, wait_for
from evaluation.site.forms import words
from platforms import checks, deadlines
from platforms.client_address import request_address
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.file_formats import FORMAT_WORDS, FORMATS
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.filetypes import MEGABYTE, shown_name
from platforms.limits import neighbourhood
from platforms.one_use import repeatable, shown_once
from platforms.pages.evidence import files_field
from platforms.rounds.choices import RoundStatus

RECEIPT = "objection_receipt"
#: Word and tone of each state as whoever objected reads it.
SHOWN = {
    ObjectionStatus.RECEIVED: ("已受理，待办理", "wait"),
    ObjectionStatus.ASSIGNED: ("办理中", "wait"),
    ObjectionStatus.ANSWERED: ("已答复", "good"),
    ObjectionStatus.REFUSED: ("不予受理", "neutral"),
}


class ObjectionForm(forms.Form):
    """An objection to a notice, or to one platform of its list."""

    platform = forms.CharField(
        label="涉及的平台",
        max_length=120,
        required=False,
        help_text="输入平台名称后从列表中选择，也可以填写平台编号；对名单整体有异议的不填。",
        error_messages={"max_length": "平台名称不得超过 %(limit_value)d 个字，现为 %(show_value)d 个字。"},
        widget=forms.TextInput(attrs={"list": "listed", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label="异议内容",
        max_length=objections.MOST_TEXT,
        help_text="写明对哪一项有异议、事实和理由；有证明材料的一并上传。",
        error_messages={
            "required": "请填写异议内容。",
            "max_length": "异议内容不得超过 %(limit_value)d 个字，现为 %(show_value)d 个字。",
        },
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    name = words(
        "姓名或单位",
        80,
        help_text="真实姓名或单位全称，匿名的不予受理；仅供核查，不对外公开。",
        autocomplete="name",
    )
    phone = words("联系电话", 60, help_text="手机或带区号的固定电话。", autocomplete="tel")
    email = forms.CharField(
        label="邮箱",
        max_length=120,
        required=False,
        help_text="填写的，受理和答复时发送邮件。",
        error_messages={"max_length": "邮箱不得超过 %(limit_value)d 个字符，现为 %(show_value)d 个字符。"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    uploads = files_field(
        "证明材料",
        f"选填，最多 {objections.MOST_FILES} 个文件，合计不超过 {objections.MOST_BYTES // MEGABYTE} MB；"
        f"可上传 {'、'.join(FORMAT_WORDS[name] for name in FORMATS)}。",
    )
    # A trap for machines: people do not see it, machines fill in everything.
    website = forms.CharField(
        label="此栏请勿填写", required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, listed: list[NoticeLine], **options: Any) -> None:
        super().__init__(*args, **options)
        self.listed = listed

    def clean_platform(self) -> NoticeLine | None:
        """Return the line that was named, None for the list as a whole."""
        typed = self.cleaned_data["platform"]
        if not typed:
            return None
        found = [line for line in self.listed if typed in (line.code, line.name, label_of(line))]
        # Not every browser of a phone offers the list: a part of one name is enough.
        found = found or [line for line in self.listed if typed in line.name]
        if len(found) > 1:
            raise forms.ValidationError(f"公示名单中有 {len(found)} 个平台与此相符，请填写完整名称或平台编号。")
        if not found:
            raise forms.ValidationError("公示名单中没有这个平台，请从列表中选择，或填写公示名单中的平台编号。")
        return found[0]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if is_anonymous(name):
            raise forms.ValidationError("异议须实名提出，请填写真实姓名或单位全称；匿名的不予受理。")
        return name

    def clean_phone(self) -> str:
        phone = checks.normalise_phones(self.cleaned_data["phone"])
        if problem := checks.check_phones(phone):
            raise forms.ValidationError(problem)
        return phone

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and (problem := checks.check_email(email)):
            raise forms.ValidationError(problem)
        return email

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("请把这一栏清空后再提交。")
        return ""


class LookUpForm(forms.Form):
    """Number and lookup code of an objection."""

    number = words("受理编号", 40, autocomplete="off")
    code = words("查询码", 40, help_text="提交异议后与受理编号一同显示的一组字符。", autocomplete="off")

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not objections.has_valid_form(number):
            raise forms.ValidationError("受理编号有误，请对照提交时显示的编号核对。")
        return number


def label_of(line: NoticeLine) -> str:
    """Return how a listed platform is offered."""
    return f"{line.name}（{line.code}）"


def sender() -> str:
    """Return a keyed hash of the address that is being answered; the address itself is not stored."""
    return salted_hmac("objection.sender", neighbourhood(request_address.get()), algorithm="sha256").hexdigest()


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def file(request: HttpRequest, number: str) -> HttpResponse:
    """Take in an objection to the notice ``number``; one that was never opened does not exist."""
    notice = notices.released().filter(number=number).first()
    if notice is None:
        raise Http404
    listed = queries.listed(notice)
    closed = closed_because(notice)
    if closed:
        return render(
            request, "public/objection_closed.html", {"notice": notice, "why": closed},
            status=409 if request.method == "POST" else 200,
        )  # fmt: skip
    if request.method != "POST":
        asked = request.GET.get("platform", "")
        named = next((label_of(line) for line in listed if line.code == asked), "")
        return form_page(request, notice, ObjectionForm(listed=listed, initial={"platform": named}))
    form = ObjectionForm(request.POST, request.FILES, listed=listed)
    if not form.is_valid():
        return form_page(request, notice, form, status=422)
    given = form.cleaned_data
    line: NoticeLine | None = given["platform"]
    try:
        made, code = objections.file(
            notice=notice,
            assessment=line.assessment if line else None,
            channel=ObjectionChannel.FORM,
            name=given["name"],
            phone=given["phone"],
            email=given["email"],
            text=given["text"],
            files=given["uploads"],
            sender_hash=sender(),
            at=timezone.now(),
        )
    except objections.TooMany as refusal:
        return too_often(request, "异议", 3600, reason=str(refusal))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return form_page(request, notice, form, status=422)
    request.session[RECEIPT] = {
        "number": made.number,
        "code": code,
        "platform": line.name if line else objections.WHOLE_LIST,
        "due_on": day_in_words(made.due_on),
        "files": len(files_of(EvidenceKind.OBJECTION, made.pk)),
    }
    receipt = reverse("site:objection_received")
    note = f"受理编号为 {made.number}；查询码只显示一次，未记下的请与公示单位联系。"
    return shown_once(HttpResponseRedirect(receipt), record=receipt, note=note)


def closed_because(notice: PublicNotice) -> str:
    """Return why ``notice`` takes no objection by the form now, or nothing."""
    if notice.round.status == RoundStatus.PUBLISHED:
        return "认定结果已公布，不再受理对公示的异议。"
    on = deadlines.day_of(timezone.now())
    return too_early_or_late(status=notice.status, starts_on=notice.starts_on, ends_on=notice.ends_on, on=on)


def form_page(request: HttpRequest, notice: PublicNotice, form: ObjectionForm, status: int = 200) -> HttpResponse:
    again = [shown_name(each.name or "") for each in request.FILES.getlist("uploads")] if form.errors else []
    return render(
        request,
        "public/objection_form.html",
        {
            "form": form,
            "notice": notice,
            "offered": [label_of(line) for line in form.listed],
            # No browser sends a chosen file again by itself.
            "again": again,
        },
        status=status,
    )


@require_safe
@never_kept
def received(request: HttpRequest) -> HttpResponse:
    """Show number and lookup code of the objection just filed, once; later only where to look it up."""
    return render(request, "public/objection_received.html", {"receipt": request.session.pop(RECEIPT, None)})


@repeatable
@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def status(request: HttpRequest) -> HttpResponse:
    """Say what became of an objection to whoever knows its number and its code; a wrong code is an unknown number."""
    if request.method != "POST":
        return render(request, "public/objection_status.html", {"form": LookUpForm()})
    seconds = wait_for(answers.look_ups)
    if seconds:
        return too_often(request, "查询", seconds)
    form = LookUpForm(request.POST)
    found = None
    if form.is_valid():
        found = objections.find(form.cleaned_data["number"], form.cleaned_data["code"])
        if found is None:
            form.add_error(None, "没有查到：受理编号或查询码有误，请核对后重新填写。")
    if found is None:
        return render(request, "public/objection_status.html", {"form": form}, status=422)
    return render(request, "public/objection_status.html", {"form": LookUpForm(), **answered(found)})


def answered(row: Objection) -> dict[str, Any]:
    """Return what whoever filed ``row`` reads of it: no officer, no contact."""
    word, tone = SHOWN[ObjectionStatus(row.status)]
    line = queries.line_of(row)
    return {
        "objection": row,
        "about": line.name if line else objections.WHOLE_LIST,
        "state": f"{word}：{row.get_outcome_display()}" if row.outcome else word,
        "tone": tone,
        # What became of a platform that is not public is told to its unit elsewhere.
        "changed": [each for each in queries.changed_by(row) if each.is_public],
    }
