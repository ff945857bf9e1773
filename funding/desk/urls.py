from django.urls import path, re_path

from funding.releases.desk import releases
from funding.uses.desk import reports

app_name = "funding"
urlpatterns = [
    path("funding/", releases.index, name="releases"),
    path("funding/<int:pk>/", releases.detail, name="release"),
    path("funding/<int:pk>/<slug:code>/", releases.region, name="release_region"),
    path("fund-use/", reports.index, name="uses"),
    re_path(r"^fund-use\.(?P<kind>xlsx|csv)$", reports.export, name="use_list"),
    path("fund-use/<int:year>/<slug:code>/", reports.report, name="use"),
    path("fund-use/<int:year>/<slug:code>/files/", reports.files, name="use_files"),
    path("fund-use/<int:year>/<slug:code>/files/<int:pk>/", reports.file, name="use_file"),
    path("fund-use/<int:year>/<slug:code>/<slug:name>/", reports.settle, name="use_settle"),
]
