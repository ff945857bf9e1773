from django.urls import path

from evaluation.self_reports.desk import unit

app_name = "self_report"
urlpatterns = [
    path("<str:token>/", unit.start, name="start"),
    path("<str:token>/hand-in/", unit.hand_in, name="hand_in"),
    path("<str:token>/files/<int:pk>/", unit.file, name="file"),
    path("<str:token>/lines/<slug:code>/files/", unit.files, name="files"),
]
