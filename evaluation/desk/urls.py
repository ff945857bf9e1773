from django.urls import path, re_path

from evaluation.marking.desk import gaps

app_name = "evaluation"
urlpatterns = [
    path("evaluation/gaps/", gaps.index, name="gaps"),
    re_path(r"^evaluation/gaps\.(?P<kind>xlsx|csv)$", gaps.export, name="gap_list"),
]
