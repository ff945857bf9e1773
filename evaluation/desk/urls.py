from django.urls import path, re_path

from evaluation.amendments.desk import changes
from evaluation.certification.desk import documents, results
from evaluation.marking.desk import gaps
from evaluation.public_notice.desk import lines
from evaluation.renewal.desk import certificates, recognition
from evaluation.taken_over import desk as taken_over
from evaluation.years.desk import indicators, movements, platform, platforms, regions

app_name = "evaluation"
urlpatterns = [
    path("evaluation/gaps/", gaps.index, name="gaps"),
    re_path(r"^evaluation/gaps\.(?P<kind>xlsx|csv)$", gaps.export, name="gap_list"),
    path("documents/<int:pk>/", documents.document, name="document"),
    re_path(r"^certificates/(?P<pk>[0-9]+)/plaque\.(?P<form>svg|pdf)$", documents.plaque, name="plaque"),
    path("evaluation/changes/", changes.index, name="changes"),
    path("results/", results.latest, name="results_latest"),
    path("results/<int:year>/", results.index, name="results"),
    re_path(r"^results/(?P<year>[0-9]{4})\.(?P<kind>xlsx|csv)$", results.export, name="result_list"),
    path("results/<int:year>/<slug:code>/", results.detail, name="result"),
    path("evaluation/notice-lines/", lines.index, name="notice_lines"),
    re_path(r"^evaluation/notice-lines\.(?P<kind>xlsx|csv)$", lines.export, name="notice_line_list"),
    path("certificates/", certificates.index, name="certificates"),
    re_path(r"^certificates\.(?P<kind>xlsx|csv)$", certificates.export, name="certificate_list"),
    path("certificates/<number:number>/renew/", certificates.renew, name="renew"),
    path("recognition/", recognition.index, name="recognition"),
    re_path(r"^recognition\.(?P<kind>xlsx|csv)$", recognition.export, name="recognition_list"),
    path("taken-over/", taken_over.index, name="taken_over"),
    path("taken-over/template/", taken_over.sheet, name="taken_over_template"),
    path("taken-over/check/", taken_over.check, name="taken_over_check"),
    path("years/", platforms.index, name="years"),
    re_path(r"^years\.(?P<kind>xlsx|csv)$", platforms.export, name="year_list"),
    path("years/regions/", regions.index, name="year_regions"),
    re_path(r"^years/regions\.(?P<kind>xlsx|csv)$", regions.export, name="year_region_list"),
    path("years/indicators/", indicators.index, name="year_indicators"),
    re_path(r"^years/indicators\.(?P<kind>xlsx|csv)$", indicators.export, name="year_indicator_list"),
    path("years/movements/", movements.index, name="year_movements"),
    re_path(r"^years/movements\.(?P<kind>xlsx|csv)$", movements.export, name="year_movement_list"),
    path("years/platforms/<slug:code>/", platform.index, name="year_platform"),
    re_path(
        r"^years/platforms/(?P<code>[-a-zA-Z0-9_]+)\.(?P<kind>xlsx|csv)$", platform.export, name="year_platform_list"
    ),
]
