"""Where the matrix goes: the rows of 鄞州区 (and of the city) that stand in each address, and who asks for it."""

import copy
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.test import Client

from evaluation.models import Result, SelfReportLine
from platforms.models import (
    ApiToken,
    AuditEvent,
    CalendarDay,
    EvidenceFile,
    Liaison,
    Mail,
    MailTemplate,
    NamingRule,
    Notice,
    Question,
    Quota,
    RegionChange,
    ReturnSchedule,
    Task,
    TaskTemplate,
)
from tests.access import amended, announced, held, judged, paid, planned, revocations, told
from tests.access.flagged import flag_of, visit_of
from tests.access.heard import file_of, number_of
from tests.access.linked import case_pk, fee_pk, platform_code, record_pk
from tests.access.objected import objection_of, open_notice
from tests.access.served import COUNTED
from tests.access.waited import job_pk
from tests.access.world import World

COLUMNS = ("own", "other", "city", "assessor", "finance", "auditor", "security", "sysadmin", "token", "stranger")
#: No page of ours; nobody was ever given this one.
UNKNOWN_TOKEN = "nobody-was-given-this"

Arguments = dict[str, Any]


def admin_rows(world: World) -> dict[str, int]:
    """The row that stands in the addresses of each model of the back office."""
    own = world.own
    certificate = world.certificates("330212")[0]
    return {
        "platforms/application": own["submitted"].pk,
        "platforms/apitoken": ApiToken.objects.get(region__code="330212").pk,
        "platforms/batch": own.batch.pk if own.batch else 0,
        "platforms/filingexception": own.leave.pk if own.leave else 0,
        "platforms/auditevent": AuditEvent.objects.order_by("serial")[0].pk,
        "platforms/calendarday": CalendarDay.objects.get().pk,
        "platforms/complaint": own.complaint.pk if own.complaint else 0,
        "platforms/ground": own.ground.pk if own.ground else 0,
        "platforms/liaison": Liaison.objects.get(region__code="330212").pk,
        "platforms/mail": Mail.objects.filter(region__code="330212", state="waiting")[0].pk,
        "platforms/mailtemplate": MailTemplate.objects.get().pk,
        "platforms/platform": certificate.result.platform_id,
        "platforms/ban": revocations.open_relief().ban_id,
        "platforms/banrelief": revocations.open_relief().pk,
        "platforms/region": own.officer.region_id or 0,
        "platforms/regionchange": RegionChange.objects.get().pk,
        "platforms/town": own["submitted"].town_id or 0,
        "platforms/park": own.park.pk if own.park else 0,
        "platforms/namingrule": NamingRule.objects.get(type="park").pk,
        "platforms/notice": Notice.objects.get(status="draft").pk,
        "platforms/question": Question.objects.get(round=world.rounds["filing"]).pk,
        "platforms/goodexample": held.draft_example().pk,
        "platforms/returnschedule": ReturnSchedule.objects.get().pk,
        "platforms/quota": Quota.objects.get(region__code="330212").pk,
        "platforms/round": world.rounds["preparing"].pk,
        "platforms/tasktemplate": TaskTemplate.objects.order_by("pk")[0].pk,
        "platforms/user": own.officer.pk,
        "evaluation/article": told.draft_article().pk,
        "evaluation/assessment": world.assessment("330212", "scored").pk,
        "evaluation/certification": certificate.pk,
        "evaluation/conflict": judged.conflict_of(world).pk,
        "evaluation/evaluation": world.evaluation.pk,
        "evaluation/flag": flag_of(own).pk,
        "evaluation/objection": objection_of(own).pk,
        "evaluation/sitevisit": visit_of(own).pk,
        "evaluation/prepared": planned.certificate_of(world).pk,
        "evaluation/publication": world.publication.pk,
        "evaluation/publicationplan": planned.plan_of(world).pk,
        "evaluation/publicnotice": announced.notice_of(world).pk,
        "evaluation/result": certificate.result_id,
        "evaluation/amendment": amended.open_one(world).pk,
        "evaluation/revocationproposal": revocations.open_proposal().pk,
        "evaluation/scheme": world.scheme.pk,
        "evaluation/sheet": judged.county_sheet(world).pk,
        "funding/allocationrun": world.runs["draft"].pk,
        "funding/allocationrelease": world.runs["locked"].release.pk,
        "funding/paymentbatch": paid.open_batch().pk,
    }


def _activity(world: World) -> Arguments:
    return {"number": held.activity_of(world.own).number, "name": "cancel"}


#: What stands in the address whatever the rows are.
FIXED: dict[str, Arguments] = {
    "admin/platforms/application/<int:object_id>/move/<slug:move_name>/": {"move_name": "accept"},
    "admin/platforms/complaint/<int:object_id>/move/<slug:move_name>/": {"move_name": "take_up"},
    "admin/platforms/ground/<int:object_id>/move/<slug:move_name>/": {"move_name": "confirm"},
    "admin/platforms/ban/<int:object_id>/relief/<slug:kind>/": {"kind": "release"},
    "admin/platforms/banrelief/<int:object_id>/move/<slug:move_name>/": {"move_name": "grant"},
    "admin/evaluation/amendment/<int:object_id>/move/<slug:move_name>/": {"move_name": "decide"},
    "admin/evaluation/publicnotice/<int:object_id>/move/<slug:move_name>/": {"move_name": "stop"},
    "admin/evaluation/revocationproposal/<int:object_id>/move/<slug:move_name>/": {"move_name": "decide"},
    "admin/evaluation/publicationplan/<int:object_id>/move/<slug:move_name>/": {"move_name": "approve"},
    "admin/platforms/namingrule/<slug:kind>/set/": {"kind": "town"},
    "admin/platforms/notice/<int:object_id>/move/<slug:move_name>/": {"move_name": "propose"},
    "admin/platforms/round/<int:object_id>/move/<slug:move_name>/": {"move_name": "open_filing"},
    "admin/platforms/mail/<int:object_id>/act/<slug:act>/": {"act": "discard"},
    "admin/platforms/mailtemplate/<slug:kind>/": {"kind": "received"},
    "admin/platforms/mailtemplate/<slug:kind>/reset/": {"kind": "received"},
    "admin/evaluation/assessment/<int:object_id>/move/<slug:move_name>/": {"move_name": "reopen"},
    "admin/evaluation/article/<int:object_id>/move/<slug:move_name>/": {"move_name": "publish"},
    "admin/evaluation/flag/<int:object_id>/move/<slug:move_name>/": {"move_name": "answer"},
    "admin/evaluation/objection/<int:object_id>/move/<slug:move_name>/": {"move_name": "assign"},
    "admin/funding/allocationrun/<int:object_id>/move/<slug:move_name>/": {"move_name": "check"},
    "admin/funding/paymentbatch/<int:object_id>/move/<slug:move_name>/": {"move_name": "release"},
    "admin/funding/allocationrun/<int:object_id>/sheet/<slug:kind>/": {"kind": "xlsx"},
    "admin/funding/allocationrun/<int:object_id>/regions/<slug:code>/": {"code": "330212"},
    "admin/funding/allocationrun/<int:object_id>/regions/<slug:code>/paper.pdf": {"code": "330212"},
    "admin/(?P<app_label>platforms|evaluation|funding)/$": {"app_label": "platforms"},
    r"admin/platforms/batch/progress\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/applications\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/fund-use\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/rectifications\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/services\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/services/fees\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/returns/board\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/returns/regions\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/link-states\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/link-states/regions\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/follow-ups/differences\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/follow-ups/figures\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/tasks\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/planning\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/planning/overlap\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/workbench\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    "desk/workbench/rows/<slug:key>/": {"key": "services"},
    r"desk/workbench/rows/(?P<key>[a-z-]+)\.(?P<kind>xlsx|csv)$": {"key": "services", "kind": "csv"},
    r"desk/workbench/platforms\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/workbench/charts/(?P<key>[a-z]+)\.(?P<kind>xlsx|csv)$": {"key": "services", "kind": "csv"},
    "desk/applications/new/<slug:kind>/": {"kind": "town"},
    "desk/applications/new/<slug:kind>/conditions/": {"kind": "town"},
    "fill/<str:token>/<slug:slug>/": {"slug": "venue"},
    "desk/help/<slug:key>/": {"key": "county"},
    "desk/help/images/<slug:key>.png": {"key": "county-home"},
    "fill/help/images/<slug:key>.png": {"key": "unit-fill"},
    "help/images/<slug:key>.png": {"key": "public-home"},
}

for _model in ("assessment", "sheet"):
    FIXED |= {
        f"admin/evaluation/{_model}/<int:object_id>/pane/<slug:what>/": {"what": "form"},
        f"admin/evaluation/{_model}/<int:object_id>/row/<slug:code>/": {"code": "venue"},
    }

FIXED |= {
    r"desk/evaluation/gaps\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/evaluation/notice-lines\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/recognition\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/years\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/years/regions\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/years/indicators\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/years/movements\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    "admin/evaluation/sheet/<int:object_id>/move/<slug:move_name>/": {"move_name": "reopen"},
    r"desk/activities\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/self-reports\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/hearings\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/certificates\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    r"desk/returns\.(?P<kind>xlsx|csv)$": {"kind": "csv"},
    "admin/platforms/returnschedule/<int:object_id>/periods/<str:key>/move/": {"key": "once"},
    "admin/platforms/returnschedule/<int:object_id>/periods/<str:key>/close/": {"key": "once"},
    "admin/platforms/goodexample/<int:object_id>/act/<slug:act>/": {"act": "publish"},
}

#: What stands in the address where it is not the row of the table above.
SPECIAL: dict[str, Callable[[World], Arguments]] = {
    # Of 慈溪市: about the one of 鄞州区 something waits already.
    "admin/evaluation/amendment/correct/<int:result_pk>/": lambda w: {
        "result_pk": w.certificates("330282")[1].result_id
    },
    "admin/evaluation/amendment/propose-change/<int:platform_pk>/": lambda w: {
        "platform_pk": w.certificates("330282")[1].result.platform_id
    },
    "admin/evaluation/publicnotice/propose/<int:round_pk>/": lambda w: {"round_pk": w.rounds["evaluating"].pk},
    "admin/evaluation/publicnotice/<int:object_id>/amend/<int:assessment_pk>/": lambda w: {
        "assessment_pk": announced.line_of(w, "330212").assessment_id
    },
    **{
        f"notice/<str:number>/{rest}": lambda w: {"number": announced.notice_of(w).number}
        for rest in ("", "sheet.pdf", "list.csv", "list.xlsx")
    },
    "admin/evaluation/revocationproposal/propose/<int:platform_pk>/": lambda w: {
        "platform_pk": w.certificates("330212")[0].result.platform_id
    },
    **{
        f"desk/fund-use/<int:year>/<slug:code>/{rest}": lambda w: {
            "year": w.publication.round.year,
            "code": "330212",
            "pk": paid.file_of(w.own).pk,
            "name": "return",
        }
        for rest in ("", "files/", "files/<int:pk>/", "<slug:name>/")
    },
    "admin/funding/paymentbatch/propose/<int:release_pk>/": lambda w: {"release_pk": paid.release_of(w).pk},
    **{
        f"admin/funding/paymentbatch/summary/<int:year>/{rest}": lambda w: {"year": w.publication.round.year}
        for rest in ("", "file/")
    },
    "admin/evaluation/publicationplan/propose/<int:round_pk>/": lambda w: {"round_pk": w.rounds["evaluating"].pk},
    "desk/results/<int:year>/": lambda w: {"year": w.publication.round.year},
    r"desk/results/(?P<year>[0-9]{4})\.(?P<kind>xlsx|csv)$": lambda w: {
        "year": w.publication.round.year,
        "kind": "csv",
    },
    "desk/results/<int:year>/<slug:code>/": lambda w: {"year": w.publication.round.year, "code": _line(w).code},
    "desk/documents/<int:pk>/": lambda w: {"pk": _line(w).documents.get(kind="report").pk},
    "admin/evaluation/sitevisit/sheets/<int:application_pk>/": lambda w: {
        "application_pk": visit_of(w.own).assessment.application_id
    },
    "admin/evaluation/assessment/<int:object_id>/judges/<int:sheet_pk>/": lambda w: {
        "object_id": judged.sheet_of(w).assessment_id,
        "sheet_pk": judged.sheet_of(w).pk,
    },
    "admin/evaluation/conflict/declare/<int:sheet_pk>/": lambda w: {"sheet_pk": judged.sheet_of(w).pk},
    "admin/evaluation/sheet/<int:object_id>/file/<slug:kind>/<int:pk>/": lambda w: {
        "kind": "proof",
        "pk": judged.proof_of(w).pk,
    },
    "admin/evaluation/sheet/<int:object_id>/proof/<int:pk>/remove/": lambda w: {"pk": judged.proof_of(w).pk},
    # What stands beside the sheet of a county stands beside no other one.
    "admin/evaluation/assessment/<int:object_id>/file/<slug:kind>/<int:pk>/": lambda w: {
        "kind": "proof",
        "pk": judged.proof_of(w).pk,
    },
    "admin/evaluation/assessment/<int:object_id>/proof/<int:pk>/remove/": lambda w: {"pk": judged.proof_of(w).pk},
    "desk/batches/<number:number>/": lambda w: {"number": _receipt(w)},
    "desk/batches/<number:number>/summary.xlsx": lambda w: {"number": _receipt(w)},
    "desk/batches/<number:number>/forms.zip": lambda w: {"number": _receipt(w)},
    "admin/platforms/application/<path:object_id>/delete/": lambda w: {"object_id": w.own.fresh.pk},
    "desk/applications/<number:number>/": lambda w: {"number": w.own["submitted"].number},
    "desk/applications/<number:number>/submit/": lambda w: {"number": w.own.fresh.number},
    "desk/applications/<number:number>/resubmit/": lambda w: {"number": w.own["returned"].number},
    "desk/applications/<number:number>/withdraw/": lambda w: {"number": w.own["submitted"].number},
    "desk/applications/<number:number>/delete/": lambda w: {"number": w.own.fresh.number},
    "desk/applications/<number:number>/start-from/": lambda w: {"number": w.own.fresh.number},
    "desk/applications/<number:number>/notes/": lambda w: {"number": w.own["submitted"].number},
    "desk/applications/<number:number>/links/": lambda w: {"number": w.own.fresh.number},
    "desk/applications/<number:number>/form.pdf": lambda w: {"number": w.own.fresh.number},
    "desk/applications/<number:number>/form.docx": lambda w: {"number": w.own["submitted"].number},
    "desk/applications/<number:number>/versions/<int:version>/form.pdf": lambda w: {
        "number": w.own["submitted"].number,
        "version": 1,
    },
    "desk/applications/<number:number>/versions/<int:version>/form.docx": lambda w: {
        "number": w.own["submitted"].number,
        "version": 1,
    },
    "desk/applications/<number:number>/versions/<int:version>/": lambda w: {
        "number": w.own["submitted"].number,
        "version": 1,
    },
    "desk/applications/<number:number>/versions/<int:old>/<int:new>/": lambda w: {
        "number": w.own["answered"].number,
        "old": 1,
        "new": 2,
    },
    "desk/applications/<number:number>/answers/<int:pk>/": lambda w: {
        "number": w.own["returned"].number,
        "pk": w.own["returned"].corrections.get().pk,
    },
    "desk/applications/<number:number>/check/": lambda w: {"number": w.own.fresh.number},
    "desk/applications/<number:number>/send-back/": lambda w: {"number": w.own.fresh.number},
    "fill/<str:token>/answers/<int:pk>/": lambda w: {"pk": w.own["draft"].corrections.get().pk},
    "desk/applications/<number:number>/<slug:slug>/": lambda w: {"number": w.own.fresh.number, "slug": "venue"},
    "desk/tasks/<int:pk>/": lambda w: {"pk": _task(w)},
    "desk/tasks/<int:pk>/finish/": lambda w: {"pk": _task(w)},
    "desk/tasks/<int:pk>/files/": lambda w: {"pk": _task(w)},
    "desk/tasks/<int:pk>/<slug:name>/": lambda w: {"pk": _task(w), "name": "unblock"},
    "desk/links/<int:pk>/revoke/": lambda w: {"pk": w.own.link.pk if w.own.link else 0},
    "desk/phones/<slug:kind>/<int:pk>/": lambda w: {"kind": "contact", "pk": w.own["submitted"].pk},
    "desk/attachments/<int:pk>/": lambda w: {"pk": w.own["submitted"].attachments.all()[0].pk},
    "desk/attachments/<int:pk>/remove/": lambda w: {"pk": w.own.fresh.attachments.all()[0].pk},
    "desk/rectifications/<number:number>/": lambda w: {"number": w.own.rectifications["opened"].number},
    "desk/rectifications/<number:number>/files/": lambda w: {"number": w.own.rectifications["opened"].number},
    "desk/rectifications/<number:number>/<slug:name>/": lambda w: {
        "number": w.own.rectifications["opened"].number,
        "name": "answer",
    },
    "desk/follow-ups/<number:number>/": lambda w: {"number": _sample(w)},
    r"desk/follow-ups/(?P<number>[0-9A-Z-]{4,24})\.(?P<kind>xlsx|csv)$": lambda w: {
        "number": _sample(w),
        "kind": "csv",
    },
    "desk/follow-ups/<number:number>/calls/": lambda w: {"number": _sample(w)},
    "desk/follow-ups/<number:number>/calls/<int:position>/": lambda w: {"number": _sample(w), "position": 3},
    "desk/services/<int:pk>/": lambda w: {"pk": case_pk(w.own)},
    "desk/services/<int:pk>/correct/": lambda w: {"pk": record_pk(w.own)},
    "desk/services/<int:pk>/cancel/": lambda w: {"pk": record_pk(w.own)},
    "desk/services/<int:pk>/undo/": lambda w: {"pk": record_pk(w.own)},
    "desk/services/<int:pk>/fee/": lambda w: {"pk": fee_pk(w.own)},
    "desk/link-states/<number:code>/": lambda w: {"code": platform_code(w.own)},
    "desk/link-states/<number:code>/files/": lambda w: {"code": platform_code(w.own)},
    **{
        f"desk/{rest}": lambda w: {"key": job_pk(w.own)}
        for rest in (
            "background/<int:key>/",
            "background/<int:key>/file/",
            "background/<int:key>/restart/",
            "services/sheet/again/<int:key>/",
        )
    },
    "desk/evidence/<int:pk>/": lambda w: {"pk": EvidenceFile.objects.filter(region=w.own.officer.region)[0].pk},
    "fill/<str:token>/attachments/<int:pk>/": lambda w: {"pk": w.own["draft"].attachments.all()[0].pk},
    "fill/<str:token>/attachments/<int:pk>/remove/": lambda w: {"pk": w.own["draft"].attachments.all()[0].pk},
    **{
        f"desk/activities/<number:number>/{rest}": _activity
        for rest in ("", "edit/", "invite/", "answers/", "files/", "move/<slug:name>/")
    },
    "desk/workbench/counted/<slug:key>/<int:pk>/": lambda w: {"key": "counted_services", "pk": _platform(w)},
    r"desk/workbench/counted/(?P<key>[a-z_]+)/(?P<pk>[0-9]{1,18})\.(?P<kind>xlsx|csv)$": lambda w: {
        "key": "counted_services",
        "pk": _platform(w),
        "kind": "csv",
    },
    "desk/self-reports/<number:number>/": lambda w: {"number": _report(w)},
    "desk/self-reports/<number:number>/send/": lambda w: {"number": _report(w)},
    "desk/self-reports/<number:number>/let-in/": lambda w: {"number": _report(w)},
    "desk/self-reports/<number:number>/move/<slug:name>/": lambda w: {
        "number": w.own.handed_report.number if w.own.handed_report else "",
        "name": "check",
    },
    "fill/report/<str:token>/files/<int:pk>/": lambda w: {"pk": _proof(w)},
    "fill/report/<str:token>/lines/<slug:code>/files/": lambda _: {"code": "enterprises"},
    **{
        f"desk/hearings/<slug:number>/{rest}": lambda w: {"number": number_of(w.own.hearing)}
        for rest in ("", "send/", "paper/", "files/")
    },
    "desk/hearings/<slug:number>/reply/": lambda w: {"number": number_of(w.own.answered_hearing)},
    "fill/hearing/<str:token>/files/<int:pk>/": lambda w: {"pk": file_of(w.own)},
    "desk/certificates/<number:number>/renew/": lambda w: {"number": w.certificates("330212")[0].number},
    "admin/funding/allocationrelease/of/<int:run_pk>/": lambda w: {"run_pk": w.runs["locked"].pk},
    "desk/funding/<int:pk>/": lambda w: {"pk": w.runs["locked"].release.pk},
    "desk/funding/<int:pk>/<slug:code>/": lambda w: {"pk": w.runs["locked"].release.pk, "code": "330212"},
    "funding/<int:year>/": lambda w: {"year": w.runs["locked"].round.year},
    "funding/<int:year>/<slug:code>/": lambda w: {"year": w.runs["locked"].round.year, "code": "330212"},
    **{
        f"funding/<int:year>/<slug:number>/{name}": lambda w: {
            "year": w.runs["locked"].round.year,
            "number": w.runs["locked"].number,
        }
        for name in ("counts.csv", "amounts.csv", "allocation.json")
    },
    "api/v1/allocations/<year>": lambda w: {"year": w.runs["locked"].round.year},
    "desk/returns/<int:pk>/": lambda w: {"pk": held.return_of(w.own).pk},
    "desk/years/platforms/<slug:code>/": lambda w: {"code": _line(w).code},
    r"desk/years/platforms/(?P<code>[-a-zA-Z0-9_]+)\.(?P<kind>xlsx|csv)$": lambda w: {
        "code": _line(w).code,
        "kind": "csv",
    },
    "examples/<int:pk>/": lambda _: {"pk": held.public_example().pk},
    "examples/<int:pk>/picture/<slug:digest>.webp": lambda _: {
        "pk": held.public_example().pk,
        "digest": held.digest_of(held.public_example()),
    },
    "admin/platforms/goodexample/<int:object_id>/picture/<slug:digest>.webp": lambda _: {
        "digest": held.digest_of(held.draft_example())
    },
    "news/<int:pk>/": lambda _: {"pk": told.public_article().pk},
    "news/<int:pk>/pictures/<slug:digest>.webp": lambda _: {
        "pk": told.public_article().pk,
        "digest": told.digest_of(told.public_article()),
    },
    "news/<int:pk>/files/<int:file_pk>/": lambda _: {
        "pk": told.public_article().pk,
        "file_pk": told.file_of(told.public_article()).pk,
    },
    "admin/evaluation/article/<int:object_id>/pictures/<slug:digest>.webp": lambda _: {
        "digest": told.digest_of(told.draft_article())
    },
    "admin/evaluation/article/<int:object_id>/files/<int:file_pk>/": lambda _: {
        "file_pk": told.file_of(told.draft_article()).pk
    },
    "statistics/<slug:key>.csv": lambda _: {"key": "grades"},
    "statistics/<int:year>/": lambda _: {"year": COUNTED.year},
    "statistics/<int:year>/<slug:key>.csv": lambda _: {"year": COUNTED.year, "key": "classes"},
    "api/<path:rest>": lambda _: {"rest": "nothing/here"},
    "sitemap-<int:number>.xml": lambda _: {"number": 1},
    **{
        f"open-data/<int:year>/v<int:number>/results.{kind}": lambda w: {
            "year": _line(w).publication.round.year,
            "number": 1,
        }
        for kind in ("csv", "xlsx", "json")
    },
    "api/v1/results/<code>": lambda w: {"code": _line(w).code},
    "results/<str:code>/rules/<slug:digest>.pdf": lambda w: {"code": _line(w).code, "digest": _rule_file(w)},
    "admin/evaluation/result/<int:object_id>/withhold/<slug:digest>/": lambda w: {
        "object_id": _line(w).pk,
        "digest": _rule_file(w),
    },
    **{
        f"results/<str:code>/{name}": lambda w: {"code": _line(w).code}
        for name in ("", "code.svg", "door-a4.pdf", "door-a5.pdf")
    },
    r"desk/certificates/(?P<pk>[0-9]+)/plaque\.(?P<form>svg|pdf)$": lambda w: {
        "pk": w.certificates("330212")[0].pk,
        "form": "svg",
    },
    "notice/<str:number>/object/": lambda _: {"number": open_notice().number},
    "api/v1/certificates/<number>": lambda w: {"number": w.certificates("330212")[0].number},
    "verify/<str:number>/": lambda w: {"number": w.certificates("330212")[0].number},
}


def _receipt(world: World) -> str:
    return world.own.batch.number if world.own.batch else ""


def _platform(world: World) -> int:
    return world.certificates("330212")[0].result.platform_id


def _task(world: World) -> int:
    """The open task of the accepted platform of 鄞州区."""
    return Task.objects.get(platform=world.own["accepted"].platform, done_at__isnull=True).pk


def _sample(world: World) -> str:
    return world.own.sample.number if world.own.sample else ""


def _report(world: World) -> str:
    return world.own.report.number if world.own.report else ""


def _proof(world: World) -> int:
    """The proof in the report that the unit of 鄞州区 writes."""
    lines = SelfReportLine.objects.filter(report=world.own.report)
    return EvidenceFile.objects.get(kind="self_report", key__in=lines).pk


def _line(world: World) -> Result:
    return world.certificates("330212")[0].result


def _rule_file(world: World) -> str:
    """The digest of a public file of the platform whose rows stand in the addresses."""
    return str(_line(world).public_rules[0]["files"][0]["digest"])


def address(pattern: str, values: Arguments) -> str:
    """Put ``values`` into ``pattern``."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda found: str(values[found[1] or found[2]]), pattern)
    return "/" + path.replace("\\.", ".").removesuffix("$")


class Visitor:
    """A browser of one column of the matrix; what a request changes is undone before the next one."""

    def __init__(self, world: World, column: str, **options: Any) -> None:
        self.world, self.column = world, column
        self.client = Client(raise_request_exception=False, **options)
        if column in world.people:
            self.client.force_login(world.people[column], backend="ningbo_windows.backends.RoleBackend")
        self.cookies = copy.deepcopy(self.client.cookies)
        self.rows = admin_rows(world)

    def ask(self, method: str, path: str, data: Any = None, **more: Any) -> Any:
        """Return the answer to one request of its own."""
        self.client.cookies = copy.deepcopy(self.cookies)
        with transaction.atomic():
            answer = (
                self.client.generic(method, path, **more)
                if method not in ("GET", "POST")
                else (self.client.get if method == "GET" else self.client.post)(path, data or {}, **more)
            )
            if answer.streaming:
                answer.kept = b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer

    def visit(self, method: str, pattern: str) -> int:
        """Return the status of ``method`` on ``pattern`` with the arguments of the matrix."""
        return int(self.ask(method, self.address(pattern)).status_code)

    def address(self, pattern: str) -> str:
        """Return the address that ``pattern`` has for this visitor; only the holder of the link knows its token."""
        values: Arguments = {}
        if pattern.startswith("admin/") and "object_id" in pattern:
            values["object_id"] = self.rows["/".join(pattern.split("/")[1:3])]
        if pattern.endswith(r"list\.(?P<kind>xlsx|csv)$"):
            values["kind"] = "csv"
        values |= FIXED.get(pattern, {})
        if pattern in SPECIAL:
            values |= SPECIAL[pattern](self.world)
        if "<str:token>" in pattern:
            own = self.world.own
            held = own.report_token if pattern.startswith("fill/report/") else own.token
            held = own.hearing_token if pattern.startswith("fill/hearing/") else held
            values["token"] = held if self.column == "token" else UNKNOWN_TOKEN
        return address(pattern, values)
