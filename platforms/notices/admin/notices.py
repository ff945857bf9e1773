"""通知: read as a page beside its text, entered as a draft, approved by a second officer."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from platforms.backoffice.moves import MoveButtons, MoveService, person_of
from platforms.errors import Refusal, StaleVersion
from platforms.models import Notice
from platforms.notices import content
from platforms.notices.admin.forms import NoticeForms
from platforms.notices.choices import Collector, NoticeStatus
from platforms.notices.clauses import KEYS, citing
from platforms.notices.labels import place_label, value_label
from platforms.notices.models import value_of
from platforms.notices.queries import PREVIEWS, READINGS, Preview, in_use
from platforms.notices.services import check_content, move_notice, save_draft
from platforms.notices.terms import Terms
from platforms.notices.workflow import NOTICE
from platforms.one_use import creates
from platforms.tones import Tone


def _move(name: str) -> MoveService:
    return lambda row, by, at, reason, _data: move_notice(notice=row, name=name, by=by, at=at, reason=reason)


@admin.register(Notice)
class NoticeAdmin(MoveButtons):
    workflow = NOTICE
    move_services: ClassVar[Mapping[str, MoveService]] = {
        name: _move(name) for name in ("propose", "send_back", "approve")
    }
    state_tones: ClassVar[Mapping[str, Tone]] = {NoticeStatus.PROPOSED: "wait", NoticeStatus.APPROVED: "good"}
    list_unit = "份"
    list_display = ("name", "title", "issued_on", "status", "used_by")
    list_display_links = ("name",)
    list_filter = ("status",)
    search_fields = ("number", "title")
    search_help_text = "文号或标题"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).prefetch_related("rounds")

    @admin.display(description="文号", ordering="number")
    def name(self, row: Notice) -> str:
        return str(row)

    @admin.display(description="依据的年度")
    def used_by(self, row: Notice) -> str:
        return "、".join(str(each.year) for each in row.rounds.all()) or "—"

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_draft(obj)

    def audit_code(self, obj: models.Model) -> str:
        return str(obj)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/edit/", wrap(self.edit_view), name="platforms_notice_edit"),
            *super().get_urls(),
        ]

    def may_move(self, request: HttpRequest, row: Any, move: Any) -> bool:
        """Nobody approves what they sent for approval themselves."""
        own = move.name == "approve" and row.proposed_by_id == person_of(request).pk
        return super().may_move(request, row, move) and not own

    def move_effects(self, request: HttpRequest, row: Any, move: Any) -> list[str]:
        if move.name == "approve":
            return [
                "批准后内容不能再修改；有更正的，须录入下一个版本并另行批准。",
                "新的年度可以选择这份通知，已开始申报的年度不受影响。",
            ]
        return ["送审后由另一位经办人批准，批准前不能修改。"] if move.name == "propose" else []

    # One notice ------------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the notice as a page: what it fixes, what its clauses say, how it differs from the one in use."""
        row: Notice = self.visible_or_404(request, object_id)
        problems = _problems(row)
        terms = None if problems else row.value()
        used = in_use()
        older = value_of(used) if used and used != row.pk else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": str(row),
            "row": row,
            "state_label": self.state_label(row),
            "state_tone": self.state_tones.get(str(row.status), "neutral"),
            "moves": self._buttons(request, row),
            "problems": problems,
            "facts": _facts(row),
            "terms": terms,
            "pairs": _pairs(terms) if terms else [],
            "lists": _lists(terms) if terms else [],
            "clauses": _table(
                "各条款",
                ("条款号", "事项", "要求"),
                [(each.get("number"), KEYS.get(each.get("key", "")), each.get("text")) for each in row.clauses],
            ),
            "older": older.label if older else "",
            "differences": _differences(older.pk, row) if older else None,
            "readings": _readings(row, terms) if terms and terms.money else None,
            "previews": self._previews(request, row, terms) if terms and older else [],
            "history_url": reverse("admin:platforms_notice_history", args=(row.pk,)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/notice/record.html", context)

    def _previews(self, request: HttpRequest, row: Notice, terms: Terms) -> list[dict[str, Any]]:
        """Return what the notice would do to what was decided under earlier ones, as far as this person may know it."""
        with citing(row.pk):
            found = [preview(terms, person_of(request)) for preview in PREVIEWS]
        return [_shown(each) for each in found if each]

    def _buttons(self, request: HttpRequest, row: Notice) -> list[dict[str, Any]]:
        found = self.buttons(request, row)
        if self.has_change_permission(request, row):
            url = reverse("admin:platforms_notice_edit", args=(row.pk,))
            found.append({"label": "修改", "url": url, "kind": "plain"})
        if self.has_add_permission(request):
            url = f"{reverse('admin:platforms_notice_add')}?from={row.pk}"
            found.append({"label": "依此录入新通知", "url": url, "kind": "plain"})
        if self.has_delete_permission(request, row):
            url = reverse("admin:platforms_notice_delete", args=(row.pk,))
            found.append({"label": "删除草稿", "url": url, "kind": "danger"})
        return found

    @creates
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Enter a notice, beginning with a copy of another one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        given = request.GET.get("from", "")
        key = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else in_use()
        model = Notice.objects.visible_to(request.user).filter(pk=key or 0).first()
        if given and model is None:
            raise Http404
        start: dict[str, Any] = {"terms": {}, "clauses": [{"key": key} for key in KEYS], "version": 1}
        if model is not None:
            start |= {"issuers": model.issuers, "terms": model.terms, "clauses": model.clauses, "replaces": model.pk}
        return self._form_page(request, None, start)

    def edit_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Change a draft; what cannot be is told at its place and kept."""
        row: Notice = self.visible_or_404(request, str(object_id))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        names = ("number", "version", "title", "issuers", "issued_on", "terms", "clauses")
        return self._form_page(
            request, row, {name: getattr(row, name) for name in names} | {"replaces": row.replaces_id}
        )

    def _form_page(self, request: HttpRequest, row: Notice | None, start: Mapping[str, Any]) -> HttpResponse:
        page = NoticeForms(request.POST or None, start)
        status, refused = 200, ""
        if request.method == "POST" and page.is_valid():
            seen = request.POST.get("seen", "")
            try:
                with transaction.atomic():
                    made = save_draft(
                        notice=row,
                        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
                        by=person_of(request),
                        at=timezone.now(),
                        **page.content(),
                    )
            except Refusal as refusal:
                if refusal.field in page.head.fields:
                    page.head.add_error(refusal.field, str(refusal))
                else:
                    refused = str(refusal)
                status = 409 if isinstance(refusal, StaleVersion) else 200
            else:
                problems = _problems(made)
                told = (
                    f"已保存草稿，还有 {len(problems)} 处须改正后才能送审。" if problems else "已保存草稿，可以送审。"
                )
                messages.success(request, told)
                view = "edit" if problems else "change"
                return HttpResponseRedirect(reverse(f"admin:platforms_notice_{view}", args=(made.pk,)))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"修改通知 {row}" if row else "录入通知",
            "row": row,
            "forms": page,
            "refused": refused,
            "problems": _problems(row) if row and request.method != "POST" else [],
            "cancel_url": reverse("admin:platforms_notice_change", args=(row.pk,))
            if row
            else reverse("admin:platforms_notice_changelist"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/notice/edit.html", context, status=status)


def _is_draft(obj: models.Model | None) -> bool:
    return not isinstance(obj, Notice) or obj.status == NoticeStatus.DRAFT


def _problems(row: Notice) -> list[dict[str, str]]:
    """Return what keeps a draft from being approved: place and sentence."""
    try:
        check_content(row.terms, row.clauses)
    except content.ContentError as error:
        return [{"label": place_label(place), "text": sentence} for place, sentence in error.problems]
    return []


def _facts(row: Notice) -> list[dict[str, Any]]:
    facts = [
        ("标题", row.title),
        ("发文单位", "、".join(row.issuers)),
        ("发文日期", row.issued_on),
        ("替代的通知", row.replaces),
        ("依据的年度", "、".join(str(each.year) for each in row.rounds.all())),
        ("送审", _who(row.proposed_by, row.proposed_at)),
        ("批准", _who(row.approved_by, row.approved_at) or ("随基础数据载入" if row.approved_at else "")),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _who(person: Any, at: Any) -> str:
    return f"{person}，{timezone.localtime(at):%Y-%m-%d %H:%M}" if person and at else ""


def _pairs(terms: Terms) -> list[dict[str, Any]]:
    """Return what the terms fix once."""
    money = terms.money
    points = "、".join(f"{terms.grade(code).label}{points}分" for code, points in money.points) if money else ""
    pairs = [
        ("认定有效期", f"{terms.validity_years} 年"),
        ("撤销后不受理申报", f"{terms.ban_years} 年"),
        ("核实投诉", f"达到 {terms.complaints_enough} 件的提出撤销情形"),
        ("建设目标", f"{terms.target} 个左右"),
        ("证书编号", terms.number_pattern.format(year="2020", serial="001", check="XXXXX")),
        ("资金分配", f"因素法：{points}" if money else "不安排资金"),
    ]
    if money:
        share = f"{float(money.line):.4%}".replace(".0000", "") if 10000 % money.line.denominator == 0 else money.line
        pairs.append(("淘汰线", f"{terms.grade(money.failing).label}占比 {share}"))
    return [{"label": label, "value": value} for label, value in pairs]


def _lists(terms: Terms) -> list[dict[str, Any]]:
    """Return the lists of the terms as tables."""
    return [
        _table("阶段", ("名称", "代号"), [(each.label, each.key) for each in terms.phases]),
        _table(
            "档次",
            ("名称", "代号", "认定"),
            [(each.label, each.code, "认定" if each.certified else "不予认定") for each in terms.grades],
        ),
        _table("指标类别", ("名称", "代号"), [(each.label, each.key) for each in terms.heads]),
        _table("撤销情形", ("名称", "事实来源"), [(each.label, _collector(each.collector)) for each in terms.grounds]),
    ]


def _readings(row: Notice, terms: Terms) -> dict[str, Any]:
    """Return the reading that each switch of the funding section starts from, with the clause that it reads."""
    numbers = {clause.key: clause.number for clause in row.printed()}
    return _table(
        "默认口径",
        ("口径", "默认取值", "所依据的条款"),
        [
            (each.label, each.word(terms.readings.get(each.name)), f"{numbers[each.clause]} {KEYS[each.clause]}")
            for each in READINGS
        ],
    )


def _table(label: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, texts: int = 0) -> dict[str, Any]:
    """Return a table as ``components/table.html`` takes it; with ``texts`` all but so many columns are numbers."""
    columns = [{"label": head, "num": 0 < texts <= at} for at, head in enumerate(heads)]
    return {"label": label, "columns": columns, "rows": [{"cells": [cell or "—" for cell in cells]} for cells in rows]}


def _shown(preview: Preview) -> dict[str, Any]:
    tables = [
        {
            "label": each.label,
            "lines": each.lines,
            "table": _table(f"{preview.title}：{each.label}", each.heads, each.rows, texts=each.texts)
            if each.rows
            else None,
        }
        for each in preview.tables
    ]
    return {"title": preview.title, "lines": preview.lines, "tables": tables}


def _collector(value: str) -> str:
    return str(Collector(value).label) if value else "人工登记"


def _differences(older: int, row: Notice) -> dict[str, Any]:
    """Return what this notice says otherwise than the one in use, as a table."""
    old = Notice.objects.get(pk=older)
    found = content.differences(old.terms, row.terms)
    found += [
        (f"clauses.{place}", before, after)
        for place, before, after in content.differences(content.by_key(old.clauses), content.by_key(row.clauses))
    ]
    readings = {f"readings.{each.name}": each for each in READINGS}
    rows = []
    for place, before, after in found:
        if reading := readings.get(place):
            rows.append((f"默认口径：{reading.label}", reading.word(before), reading.word(after)))
        else:
            rows.append((place_label(place), value_label(before), value_label(after)))
    # A default that is named and one that is left out may be the same.
    rows = [row for row in rows if row[1] != row[2]]
    return _table("差异", ("事项", "现用", "本通知"), rows)
