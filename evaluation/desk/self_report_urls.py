from django.urls import path, re_path

from evaluation.self_reports.desk import acts, reports

app_name = "self_reports"
urlpatterns = [
    path("self-reports/", reports.index, name="index"),
    re_path(r"^self-reports\.(?P<kind>xlsx|csv)$", reports.export, name="list"),
    path("self-reports/send/", acts.send_all, name="send_all"),
    path("self-reports/check/", acts.check_all, name="check_all"),
    path("self-reports/settle/", acts.settle, name="settle"),
    path("self-reports/<number:number>/", reports.detail, name="report"),
    path("self-reports/<number:number>/send/", acts.send, name="send"),
    path("self-reports/<number:number>/let-in/", acts.let_in, name="let_in"),
    path("self-reports/<number:number>/move/<slug:name>/", acts.move, name="move"),
]
