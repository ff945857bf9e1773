from django.urls import path

from evaluation.hearings.desk import unit

app_name = "hearing"
urlpatterns = [
    path("<str:token>/", unit.start, name="start"),
    path("<str:token>/answer/", unit.answer, name="answer"),
    path("<str:token>/waive/", unit.waive, name="waive"),
    path("<str:token>/objection/", unit.objection, name="objection"),
    path("<str:token>/files/", unit.files, name="files"),
    path("<str:token>/files/<int:pk>/", unit.file, name="file"),
]
