from django.urls import path, re_path

from evaluation.hearings.desk import hearings

app_name = "hearings"
urlpatterns = [
    path("hearings/", hearings.index, name="index"),
    re_path(r"^hearings\.(?P<kind>xlsx|csv)$", hearings.export, name="list"),
    path("hearings/<slug:number>/", hearings.detail, name="hearing"),
    path("hearings/<slug:number>/send/", hearings.send, name="send"),
    path("hearings/<slug:number>/paper/", hearings.paper, name="paper"),
    path("hearings/<slug:number>/reply/", hearings.reply, name="reply"),
    path("hearings/<slug:number>/files/", hearings.files, name="files"),
]
