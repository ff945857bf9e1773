from django.urls import path, re_path, register_converter

from platforms.accounts import desk as own_lists
from platforms.activities.desk import activities
from platforms.activities.desk import answering as activity_answering
from platforms.activities.desk import steps as activity_steps
from platforms.applications.desk import (
    batches,
    checking,
    comparing,
    creation,
    documents,
    home,
    intake,
    liaison,
    moves,
    notes,
    overview,
    precheck,
    resubmission,
    reuse,
    sections,
)
from platforms.applications.desk import fill_links as links
from platforms.background import desk as background
from platforms.calendar import desk as calendar
from platforms.cases import desk as fee_cases
from platforms.follow_ups.desk import calling as follow_up_calling
from platforms.follow_ups.desk import figures as follow_up_figures
from platforms.follow_ups.desk import follow_ups
from platforms.pages import evidence, phones
from platforms.periodic_reports.desk import reports as periodic_reports
from platforms.periodic_reports.desk import sheet as return_sheet
from platforms.planning.desk import coverage as planning
from platforms.planning.desk import overlap as overlapping
from platforms.rectifications.desk import moves as rectification_moves
from platforms.rectifications.desk import rectifications
from platforms.search import desk as finding
from platforms.service_records.desk import entry as service_entry
from platforms.service_records.desk import record as service_record
from platforms.service_records.desk import records as service_records
from platforms.service_records.desk import sheet as service_sheet
from platforms.system_links.desk import links as link_states
from platforms.system_links.desk import reminders as link_reminders
from platforms.tasks.desk import board, tasks
from platforms.workbench.desk import charts, workbench
from platforms.workbench.desk import counted as workbench_counted
from platforms.workbench.desk import platforms as workbench_platforms


class NumberConverter:
    """The number of an application: 2026-0012."""

    # Capitals and digits only, so that a word such as new is never taken for a number.
    regex = r"[0-9A-Z-]{4,24}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "number")

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", finding.search, name="search"),
    re_path(r"^applications\.(?P<kind>xlsx|csv)$", home.export, name="export"),
    path("summary.xlsx", liaison.summary, name="summary"),
    path("liaison/", liaison.liaison, name="liaison"),
    path("batches/", batches.index, name="batches"),
    path("batches/new/", batches.new, name="batch_new"),
    path("batches/<number:number>/", batches.receipt, name="batch"),
    path("batches/<number:number>/summary.xlsx", batches.summary, name="batch_summary"),
    path("batches/<number:number>/forms.zip", documents.batch_zip, name="batch_zip"),
    path("intake/", intake.index, name="intake"),
    path("intake/template.xlsx", intake.template, name="intake_template"),
    path("intake/drafts.xlsx", intake.drafts, name="intake_drafts"),
    path("intake/check/", intake.check, name="intake_check"),
    path("intake/marked/", intake.back, name="intake_back"),
    path("intake/confirm/", intake.confirm, name="intake_confirm"),
    path("applications/new/", creation.new, name="new"),
    path("applications/new/<slug:kind>/", creation.new_site, name="new_site"),
    path("applications/new/<slug:kind>/conditions/", precheck.precheck, name="precheck"),
    path("applications/<number:number>/", overview.application, name="application"),
    path("applications/<number:number>/submit/", moves.submit, name="submit"),
    path("applications/<number:number>/resubmit/", resubmission.resubmit, name="resubmit"),
    path("applications/<number:number>/withdraw/", moves.withdraw, name="withdraw"),
    path("applications/<number:number>/delete/", overview.delete, name="delete"),
    path("applications/<number:number>/start-from/", reuse.start_from, name="start_from"),
    path("applications/<number:number>/notes/", notes.note, name="note"),
    path("applications/<number:number>/links/", links.index, name="fill_links"),
    path("applications/<number:number>/form.pdf", documents.form, {"kind": "pdf"}, name="form_pdf"),
    path("applications/<number:number>/form.docx", documents.form, {"kind": "docx"}, name="form_docx"),
    path("applications/<number:number>/versions/<int:version>/", overview.version, name="version"),
    path("applications/<number:number>/versions/<int:old>/<int:new>/", comparing.differences, name="differences"),
    path("applications/<number:number>/answers/<int:pk>/", sections.answer, name="answer"),
    path("applications/<number:number>/check/", checking.check, name="check"),
    path("applications/<number:number>/send-back/", checking.send_back, name="send_back"),
    path(
        "applications/<number:number>/versions/<int:version>/form.pdf",
        documents.version_form,
        {"kind": "pdf"},
        name="version_pdf",
    ),
    path(
        "applications/<number:number>/versions/<int:version>/form.docx",
        documents.version_form,
        {"kind": "docx"},
        name="version_docx",
    ),
    path("applications/<number:number>/<slug:slug>/", sections.section, name="section"),
    path("links/", links.overview, name="fill_link_list"),
    path("links/<int:pk>/revoke/", links.revoke, name="fill_link_revoke"),
    path("phones/<slug:kind>/<int:pk>/", phones.show, name="phone"),
    path("attachments/<int:pk>/", sections.attachment, name="attachment"),
    path("attachments/<int:pk>/remove/", sections.attachment_remove, name="attachment_remove"),
    path("rectifications/", rectifications.index, name="rectifications"),
    re_path(r"^rectifications\.(?P<kind>xlsx|csv)$", rectifications.export, name="rectification_list"),
    path("rectifications/new/", rectifications.new, name="rectification_new"),
    path("rectifications/<number:number>/", rectifications.detail, name="rectification"),
    path("rectifications/<number:number>/files/", rectifications.files, name="rectification_files"),
    path("rectifications/<number:number>/<slug:name>/", rectification_moves.move, name="rectification_move"),
    path("follow-ups/", follow_ups.index, name="follow_ups"),
    path("follow-ups/new/", follow_ups.new, name="follow_up_new"),
    path("follow-ups/differences/", follow_up_figures.differences, name="follow_up_differences"),
    re_path(
        r"^follow-ups/differences\.(?P<kind>xlsx|csv)$",
        follow_up_figures.difference_list,
        name="follow_up_difference_list",
    ),
    path("follow-ups/figures/", follow_up_figures.figures, name="follow_up_figures"),
    re_path(r"^follow-ups/figures\.(?P<kind>xlsx|csv)$", follow_up_figures.figure_list, name="follow_up_figure_list"),
    path("follow-ups/<number:number>/", follow_ups.sample, name="follow_up"),
    re_path(r"^follow-ups/(?P<number>[0-9A-Z-]{4,24})\.(?P<kind>xlsx|csv)$", follow_ups.export, name="follow_up_list"),
    path("follow-ups/<number:number>/calls/", follow_up_calling.calls, name="follow_up_calls"),
    path("follow-ups/<number:number>/calls/<int:position>/", follow_ups.call, name="follow_up_call"),
    path("activities/", activities.index, name="activities"),
    re_path(r"^activities\.(?P<kind>xlsx|csv)$", activities.export, name="activity_list"),
    path("activities/new/", activities.new, name="activity_new"),
    path("activities/invitations/", activity_answering.table, name="invitations"),
    path("activities/<number:number>/", activities.detail, name="activity"),
    path("activities/<number:number>/edit/", activities.edit, name="activity_edit"),
    path("activities/<number:number>/invite/", activity_steps.invite, name="activity_invite"),
    path("activities/<number:number>/answers/", activity_steps.answers, name="activity_answers"),
    path("activities/<number:number>/files/", activities.files, name="activity_files"),
    path("activities/<number:number>/move/<slug:name>/", activity_steps.move, name="activity_move"),
    path("returns/", periodic_reports.index, name="returns"),
    re_path(r"^returns\.(?P<kind>xlsx|csv)$", periodic_reports.export, name="return_list"),
    path("returns/board/", periodic_reports.board, name="return_board"),
    re_path(r"^returns/board\.(?P<kind>xlsx|csv)$", periodic_reports.board_list, name="return_board_list"),
    re_path(r"^returns/regions\.(?P<kind>xlsx|csv)$", periodic_reports.region_list, name="return_region_list"),
    path("returns/sheet/", return_sheet.sheet, name="return_sheet"),
    path("returns/sheet/cells/", return_sheet.cells, name="return_sheet_cells"),
    path("returns/sheet/hand-in/", return_sheet.hand_in, name="return_sheet_hand_in"),
    path("returns/<int:pk>/", periodic_reports.detail, name="return"),
    path("evidence/<int:pk>/", evidence.file, name="evidence"),
    path("tasks/", board.index, name="tasks"),
    re_path(r"^tasks\.(?P<kind>xlsx|csv)$", board.export, name="tasks_file"),
    path("tasks/bulk/", tasks.bulk, name="tasks_bulk"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/finish/", tasks.finish, name="task_finish"),
    path("tasks/<int:pk>/files/", tasks.files, name="task_files"),
    path("tasks/<int:pk>/<slug:name>/", tasks.act, name="task_act"),
    path("tasks/calendar/", calendar.month, name="calendar"),
    path("tasks/calendar/feed/", calendar.feed, name="calendar_feed"),
    path("planning/", planning.index, name="planning"),
    re_path(r"^planning\.(?P<kind>xlsx|csv)$", planning.coverage_file, name="planning_file"),
    path("planning/overlap/", overlapping.overlap, name="overlap"),
    path("planning/overlap/marks/", overlapping.overlap_marks, name="overlap_marks"),
    re_path(r"^planning/overlap\.(?P<kind>xlsx|csv)$", overlapping.overlap_file, name="overlap_file"),
    path("services/", service_records.index, name="service_records"),
    re_path(r"^services\.(?P<kind>xlsx|csv)$", service_records.export, name="service_list"),
    path("services/new/", service_entry.entry, name="service_entry"),
    path("services/enterprises/", service_entry.lookup, name="service_enterprises"),
    path("services/sheet/", service_sheet.index, name="service_sheet"),
    path("services/sheet/template.xlsx", service_sheet.template, name="service_sheet_template"),
    path("services/sheet/check/", service_sheet.check, name="service_sheet_check"),
    path("services/sheet/marked/", service_sheet.back, name="service_sheet_back"),
    path("services/sheet/confirm/", service_sheet.confirm, name="service_sheet_confirm"),
    path("services/sheet/again/<int:key>/", service_sheet.again, name="service_sheet_again"),
    path("my-filter/", own_lists.my_filter, name="my_filter"),
    path("background/", background.index, name="background"),
    path("background/state/", background.state, name="background_state"),
    path("background/<int:key>/", background.job, name="background_job"),
    path("background/<int:key>/file/", background.file, name="background_file"),
    path("background/<int:key>/restart/", background.restart, name="background_restart"),
    path("services/fees/", fee_cases.index, name="fee_cases"),
    re_path(r"^services/fees\.(?P<kind>xlsx|csv)$", fee_cases.export, name="fee_case_list"),
    path("services/<int:pk>/", service_record.record, name="service_record"),
    path("services/<int:pk>/correct/", service_record.correct, name="service_record_correct"),
    path("services/<int:pk>/cancel/", service_record.cancel, name="service_record_cancel"),
    path("services/<int:pk>/undo/", service_entry.undo, name="service_undo"),
    path("services/<int:pk>/fee/", service_record.fee, name="service_fee"),
    path("link-states/", link_states.index, name="link_states"),
    re_path(r"^link-states\.(?P<kind>xlsx|csv)$", link_states.export, name="link_list"),
    re_path(r"^link-states/regions\.(?P<kind>xlsx|csv)$", link_states.region_list, name="link_region_list"),
    path("link-states/remind/", link_reminders.remind, name="link_remind"),
    path("link-states/<number:code>/", link_states.detail, name="link_state"),
    path("link-states/<number:code>/files/", link_states.files, name="link_files"),
    path("workbench/", workbench.index, name="workbench"),
    re_path(r"^workbench\.(?P<kind>xlsx|csv)$", workbench.export, name="workbench_file"),
    path("workbench/rows/<slug:key>/", workbench.rows, name="workbench_rows"),
    re_path(r"^workbench/rows/(?P<key>[a-z-]+)\.(?P<kind>xlsx|csv)$", workbench.rows_file, name="workbench_rows_file"),
    path("workbench/counted/<slug:key>/<int:pk>/", workbench_counted.index, name="counted_rows"),
    re_path(
        r"^workbench/counted/(?P<key>[a-z_]+)/(?P<pk>[0-9]{1,18})\.(?P<kind>xlsx|csv)$",
        workbench_counted.export,
        name="counted_rows_file",
    ),
    path("workbench/platforms/", workbench_platforms.index, name="workbench_platforms"),
    re_path(r"^workbench/platforms\.(?P<kind>xlsx|csv)$", workbench_platforms.export, name="workbench_platforms_file"),
    path("workbench/charts/", charts.index, name="charts"),
    re_path(r"^workbench/charts/(?P<key>[a-z]+)\.(?P<kind>xlsx|csv)$", charts.export, name="chart_file"),
]
