from django.urls import path, re_path, register_converter

from ningbo_windows import showcase
from platforms.desk import (
    batches,
    board,
    calendar,
    checking,
    comparing,
    creation,
    documents,
    evidence,
    follow_up_figures,
    follow_ups,
    home,
    intake,
    liaison,
    links,
    moves,
    notes,
    overlapping,
    overview,
    planning,
    precheck,
    rectification_moves,
    rectifications,
    resubmission,
    reuse,
    sections,
    tasks,
)


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
    path("attachments/<int:pk>/", sections.attachment, name="attachment"),
    path("attachments/<int:pk>/remove/", sections.attachment_remove, name="attachment_remove"),
    path("rectifications/", rectifications.index, name="rectifications"),
    re_path(r"^rectifications\.(?P<kind>xlsx|csv)$", rectifications.export, name="rectification_list"),
    path("rectifications/new/", rectifications.new, name="rectification_new"),
    path("rectifications/<number:number>/", rectifications.one, name="rectification"),
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
    path("follow-ups/<number:number>/calls/<int:position>/", follow_ups.call, name="follow_up_call"),
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
    re_path(r"^planning/overlap\.(?P<kind>xlsx|csv)$", overlapping.overlap_file, name="overlap_file"),
    path("components/", showcase.components, name="components"),
]
