from django.urls import path

from evaluation.site import (
    complaints,
    examples,
    home,
    map,
    notices,
    objections,
    open_data,
    platform_page,
    results,
    verify,
)

app_name = "site"
urlpatterns = [
    path("", home.home, name="home"),
    path("robots.txt", home.robots, name="robots"),
    path("sitemap.xml", home.sitemap, name="sitemap"),
    path("results/", results.results, name="results"),
    path("results/<str:code>/", platform_page.result, name="result"),
    path("examples/", examples.index, name="examples"),
    path("examples/<int:pk>/", examples.detail, name="example"),
    path("examples/<int:pk>/picture/", examples.picture, name="example_picture"),
    path("notice/", notices.index, name="notices"),
    path("notice/<str:number>/", notices.detail, name="notice"),
    path("notice/<str:number>/sheet.pdf", notices.sheet, name="notice_sheet"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:number>/", verify.certificate, name="certificate"),
    path("map/", map.results_map, name="map"),
    path("map/marks/", map.marks, name="map_marks"),
    path("complaints/new/", complaints.complain, name="complain"),
    path("complaints/received/", complaints.received, name="complaint_received"),
    path("complaints/status/", complaints.status, name="complaint_status"),
    path("notice/<str:number>/object/", objections.file, name="object"),
    path("objection/received/", objections.received, name="objection_received"),
    path("objection/", objections.status, name="objection"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/results.csv", open_data.results_csv, name="results_csv"),
    path("open-data/results.json", open_data.results_json, name="results_json"),
]
