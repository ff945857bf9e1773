"""Hearings at the desk: the list with its file, one with its course, and what county and city do with it."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.hearings import queries
from evaluation.hearings.choices import HearingKind
from evaluation.hearings.desk.forms import PaperForm, ReplyForm
from evaluation.hearings.queries import OPEN, STATES, TONES, Choice
from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Hearing
from platforms import deadlines
from platforms.audit.queries import events_of, happening
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.identity import ours
from platforms.masking import mask_name
from platforms.models import User
from platforms.moments import moment
from platforms.notices.clauses import activate
from platforms.one_use import creates, shown_once
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.forms import RefusableForm
from platforms.pages.lists import (
    TODAY,
    Column,
    Filter,
    ListPage,
    Value,
    day,
    leads_to,
    minute,
    region,
    short_name,
    text,
    when,
    word,
)
from platforms.pages.moves import METHODS
from platforms.pages.phones import NUMBERS, Numbers, may_show, starred
from platforms.pages.queue import Ahead, ahead, tell

STATE = ("waived", "replied_at", "answered_at", "opened_at", "answer_by", "ended", TODAY)
#: States from which an operator may still be sent a new link: to answer, or to read what came of it.
REACHABLE = ("unopened", "waiting", "answered", "replied")
#: States in which what came on paper in time may be written down.
WRITABLE = (*OPEN, "lapsed")


def state_words(
    waived: bool, replied_at: Any, answered_at: Any, opened_at: Any, answer_by: Any, ended: bool, today: Any
) -> dict[str, str]:
    """Return label and tone of a state, with the days left while it can be answered."""
    state = queries.state_in(
        waived=waived, replied=bool(replied_at), answered=bool(answered_at), opened=bool(opened_at),
        answer_by=answer_by, ended=ended, on=today,
    )  # fmt: skip
    return _badge(state, answer_by, today)


def _badge(state: str, answer_by: Any, today: Any) -> dict[str, str]:
    label = STATES[state]
    if state in OPEN:
        label = f"{label}，{deadlines.in_words(deadlines.days_left(answer_by, today))}"
    return {"label": label, "tone": TONES[state]}


class Hearings(ListPage):
    """What operators were told: the county's own, the city's over all regions."""

    title = file_title = "告知和陈述"
    noun = "告知书"
    unit = "份"
    lead = (
        "拟不予认定或者拟撤销认定的，先告知运营单位事实和理由，听取陈述申辩后再决定。"
        "告知书由所属区县（市）、管委会转交，陈述申辩由市经信局复核。"
    )
    search = "告知书编号、平台名称或运营单位"
    place, file_place = "hearings:index", "hearings:list"
    filters = (
        Filter("state", "状态", words=STATES, some=True),
        Filter("kind", "事项", words={value: str(label) for value, label in HearingKind.choices}),
        Filter("region", "地区", most=12, city=True),
        text("q", "查找"),
    )
    columns = (
        Column("告知书编号", "number"),
        Column("窗口平台", short_name("platform")),
        Column("状态", Value(STATE, state_words)),
        Column("地区", region("platform__region__name"), city=True),
        Column("拟办事项", "intended"),
        Column("陈述期限", day("answer_by")),
        Column("告知时间", when("sent_at")),
    )
    file_columns = (
        Column("告知书编号", "number"),
        Column("事项", word("kind", HearingKind)),
        Column("平台编号", "platform__code"),
        Column("窗口平台", short_name("platform")),
        Column("被告知单位", "recipient"),
        Column("地区", region("platform__region__name")),
        Column("拟办事项", "intended"),
        Column("状态", Value(STATE, lambda *facts: state_words(*facts)["label"].partition("，")[0])),
        Column("告知时间", minute("sent_at")),
        Column("陈述期限", day("answer_by")),
        Column("陈述时间", minute("answered_at")),
        Column("复核时间", minute("replied_at")),
    )
    link = leads_to("hearings:hearing", "number")
    none_yet = "暂无告知书。"
    none_text = "公示不予认定的平台、提出撤销认定时生成。"
    size = 50
    choice_type = Choice

    @cached_property
    def tally(self) -> dict[str, int]:
        counts = queries.tally(self.user, self.choice, self.today)
        return {"": sum(counts.values()), **counts}

    @cached_property
    def regions(self) -> list[tuple[str, str, int]]:
        return queries.regions_of(self.user) if self.user.role == Role.CITY else []

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.user, self.choice, self.today)


index = officer("evaluation.view_hearing")(require_safe(Hearings.page))
export = officer("evaluation.view_hearing")(require_safe(Hearings.file))


def visible(request: HttpRequest, number: str) -> Hearing:
    """Return the hearing ``number`` if this person sees it, else answer 404."""
    found = get_object_or_404(queries.visible(current_user(request)), number=number)
    if found.assessment:
        activate(found.assessment.application.round.notice_id)
    return found


def _own(request: HttpRequest, number: str) -> Hearing:
    """Return the hearing if this person passes it on, else answer 404 or 403."""
    row = visible(request, number)
    if not hearings.owns(row, current_user(request)):
        raise PermissionDenied("告知书由平台所属区县（市）、管委会和市经信局办理，您可以查看，不能办理。")
    return row


def _trail(row: Hearing, *more: str) -> list[dict[str, str]]:
    url = reverse("hearings:hearing", args=[row.number]) if more else ""
    crumbs = [{"label": "告知和陈述", "url": reverse("hearings:index")}, {"label": row.number, "url": url}]
    return [*crumbs, *({"label": label, "url": ""} for label in more)]


@officer("evaluation.view_hearing")
@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One with what was told, answered and replied, and what this person can do with it."""
    return _page(request, visible(request, number))


def _page(request: HttpRequest, row: Hearing, status: int = 200, **panel: Any) -> HttpResponse:
    user, today = current_user(request), timezone.localdate()
    state = queries.state_of(row, today)
    action = reverse("hearings:files", args=[row.number]) if _takes_files(row, user) else ""
    past = [happening(event) for event in events_of(row)[:50]]
    context = {
        "crumbs": _trail(row),
        "hearing": row,
        "title": "告知书",
        "code": row.number,
        "region": row.platform.name,
        "state": _badge(state, row.answer_by, today),
        "moves": _moves(row, user, state),
        "pairs": _pairs(row),
        "said": _said(row, user),
        "replied": f"{row.replied_by.name}，{moment(row.replied_at)}" if row.replied_by else "",
        "evidence": evidence.panel(
            files_of(EvidenceKind.HEARING, row.pk), action=action, title="陈述材料", **panel
        ),
        "events": [{"when": moment(each.when), "who": each.who, "what": each.what, "why": each.why} for each in past],
    }  # fmt: skip
    return render(request, "hearings/hearing.html", context, status=status)


def _takes_files(row: Hearing, user: User) -> bool:
    may = user.has_perm("evaluation.pass_on_hearing") and user.has_perm("platforms.add_evidencefile")
    return may and hearings.owns(row, user) and row.entered_by_id is not None and row.replied_at is None


def _moves(row: Hearing, user: User, state: str) -> list[dict[str, str]]:
    """Return what ``user`` can do with ``row`` in its ``state``."""
    found = []
    if state == "answered" and user.has_perm("evaluation.reply_hearing"):
        found.append({"label": "复核陈述", "url": reverse("hearings:reply", args=[row.number]), "kind": "main"})
    if not (user.has_perm("evaluation.pass_on_hearing") and hearings.owns(row, user)):
        return found
    if state in REACHABLE:
        url = reverse("hearings:send", args=[row.number])
        found.append({"label": "重新发送链接", "url": url, "kind": "plain"})
    if state in WRITABLE and not queries.is_ended(row):
        url = reverse("hearings:paper", args=[row.number])
        found.append({"label": "登记书面陈述", "url": url, "kind": "plain"})
    return found


def _pairs(row: Hearing) -> list[dict[str, Any]]:
    return [
        {"label": "拟办事项", "value": row.intended},
        {"label": "被告知单位", "value": row.recipient},
        {"label": "陈述期限", "value": day_in_words(row.answer_by)},
        {"label": "告知", "value": f"{moment(row.sent_at)}，{row.sent_by.name}"},
        {"label": "链接", "value": f"{moment(row.opened_at)}首次打开" if row.opened_at else "尚未打开"},
    ]


def _said(row: Hearing, user: User) -> list[dict[str, Any]]:
    if row.answered_at is None:
        return []
    way = f"书面材料，{row.entered_by.name}登记" if row.entered_by else "凭链接提交"
    return [
        {"label": "提交时间", "value": moment(row.answered_at)},
        {"label": "提交方式", "value": way},
        {"label": "陈述人", "value": row.answered_name},
        {"label": "联系电话", "value": row.answered_phone, "phone": _phone(row, user)},
    ]


NUMBERS["hearing"] = Numbers(
    rows=lambda user: queries.visible(user),
    permission="evaluation.view_hearing",
    number=lambda row: row.answered_phone,
    code=lambda row: row.number,
    whose=lambda row: f"陈述人 {mask_name(row.answered_name)}",
)


def _phone(row: Hearing, user: User) -> dict[str, str]:
    """Return the number starred for who is of another region, nothing for who reads it in full."""
    if not row.answered_phone or user.sees_people(row.platform.region_id):
        return {}
    return starred("hearing", row, shows=may_show(user))


@officer("evaluation.pass_on_hearing")
@creates
@require_http_methods(METHODS)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Make a new link; its address is on the answer and nowhere else."""
    row, user = _own(request, number), current_user(request)
    back = reverse("hearings:hearing", args=[number])
    if queries.state_of(row, timezone.localdate()) not in REACHABLE:
        messages.warning(request, "该告知书不需要再发送链接。")
        return redirect(back)
    if request.method == "POST":
        return _sent_page(request, hearings.renew_link(hearing=row, by=user, at=timezone.now()), back)
    context = {
        "base": "desk/base.html",
        "crumbs": _trail(row, "重新发送链接"),
        "title": "重新发送链接",
        "what": f"将为告知书 {row.number}（{row.recipient}）生成新的链接。",
        "effects": ["原链接随即作废。", "链接同时写入待发邮件；申报表没有联系邮箱的，须人工转发。"],
        "verb": "重新发送链接",
        "cancel_url": back,
    }
    return render(request, "desk/confirm.html", context)


def _sent_page(request: HttpRequest, sent: Sent, back: str) -> HttpResponse:
    """Show the link just made, this once."""
    row = sent.hearing
    path = reverse("hearing:start", args=[sent.token])
    address = f"{settings.SITE_URL}{path}" if settings.PRODUCTION else request.build_absolute_uri(path)
    message = (
        f"{row.recipient}：关于“{row.platform.name}”{row.intended}的告知书（{row.number}）请打开下面的地址查看，"
        f"有不同意见的，请在{day_in_words(row.answer_by)}前提出陈述申辩，不需要账号：\n{address}\n"
        f"凭本链接即可填写，请勿转发。（{ours().industry_bureau.short}）"
    )
    context = {
        "crumbs": _trail(row, "重新发送链接"),
        "title": "告知书链接",
        "made": [{"id": "message-0", "name": row.platform.name, "message": message, "mailed": sent.mailed}],
        "without": "没有联系邮箱，请复制转发。",
        "back_url": back,
    }
    answer = render(request, "desk/sent.html", context)
    return shown_once(answer, record=back, note="链接已生成，地址只显示一次；没有复制的，请重新发送。")


@officer("evaluation.pass_on_hearing")
@creates
@require_http_methods(METHODS)
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """Write down what came on paper, with the day on which it came."""
    row, user = _own(request, number), current_user(request)
    if queries.is_ended(row) or queries.state_of(row, timezone.localdate()) not in WRITABLE:
        messages.warning(request, "该告知书已有陈述申辩或已终结，不能再登记书面陈述。")
        return redirect("hearings:hearing", number)
    form = PaperForm(request.POST if request.method == "POST" else None, initial={"received_on": timezone.localdate()})
    context = {
        "title": "登记书面陈述",
        "what": f"登记“{row.recipient}”对告知书 {row.number}（{row.intended}）提交的书面材料。",
        "effects": ["登记后不能修改；书面材料的扫描件登记后在告知书页面上传。"],
        "verb": "登记书面陈述",
    }

    def act() -> None:
        hearings.answer(hearing=row, by=user, at=timezone.now(), **form.given())

    return _ask(request, row, form, context, act, "已登记书面陈述，请上传扫描件。")


@officer("evaluation.view_hearing")
@creates
@require_http_methods(METHODS)
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Say what came of the answer."""
    row, user = visible(request, number), current_user(request)
    if not user.has_perm("evaluation.reply_hearing"):
        raise PermissionDenied("陈述申辩由市经信局复核。")
    if queries.state_of(row, timezone.localdate()) != "answered":
        messages.warning(request, "该告知书没有待复核的陈述申辩，未作变更。")
        return redirect("hearings:hearing", number)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    context = {
        "title": "复核陈述",
        "what": f"复核“{row.recipient}”对告知书 {row.number}（{row.intended}）的陈述申辩。",
        "facts": [{"label": "陈述申辩", "value": row.answer}, {"label": "事实和理由", "value": row.reasons}],
        "effects": ["复核意见不能修改，运营单位凭链接查看；复核后可以作出决定。"],
        "verb": "提交复核意见",
    }

    def act() -> None:
        hearings.reply(hearing=row, by=user, at=timezone.now(), **form.cleaned_data)

    waiting = queries.found(user, Choice()).filter(queries.condition("answered", timezone.localdate()))
    numbers = list(waiting.order_by("answered_at", "pk").values_list("number", flat=True))
    following = ahead(numbers, number, lambda each: reverse("hearings:hearing", args=[each]))
    return _ask(request, row, form, context, act, f"已复核 {number} 的陈述申辩，运营单位凭链接查看。", following)


def _ask(
    request: HttpRequest,
    row: Hearing,
    form: RefusableForm,
    words: dict[str, Any],
    act: Any,
    done: str,
    following: Ahead | None = None,
) -> HttpResponse:
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            act()
        except Refusal as refused:
            if isinstance(refused, Gone) or refused.field not in form.fields:
                refusal = str(refused)
            else:
                form.refuse(refused)
        else:
            tell(request, done, next=following or Ahead(), unit="份", list_url=reverse("hearings:index"))
            return redirect("hearings:hearing", row.number)
    context = {
        "crumbs": _trail(row, words["title"]),
        "row": row,
        "form": form,
        "cancel_url": reverse("hearings:hearing", args=[row.number]),
        "refusal": refusal,
        **words,
    }
    return render(request, "desk/move.html", context, status=409 if refusal else 200)


@officer("platforms.add_evidencefile")
@require_POST
def files(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what came on paper."""
    row, user = _own(request, number), current_user(request)
    if not _takes_files(row, user):
        raise PermissionDenied("登记书面陈述以后、复核以前，方可上传扫描件。")
    answer, form, refused = evidence.receive_with(
        request,
        add=lambda upload, note: hearings.add_file(
            hearing=row, upload=upload, note=note, by=user, at=timezone.now()
        ),
        back=reverse("hearings:hearing", args=[number]),
    )  # fmt: skip
    return answer or _page(request, row, status=409 if refused else 200, form=form, refused=refused)
