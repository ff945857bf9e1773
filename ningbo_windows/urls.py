from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from evaluation.site import api_edges
from evaluation.site.api import api
from evaluation.site.api_docs import api_docs
from funding.site.api import router as allocations
from ningbo_windows import help as handbook_help
from ningbo_windows import login, showcase, views
from platforms.calendar import desk as calendar

api.add_router("/allocations", allocations)

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("logout/", login.logout_view, name="logout"),
    path("admin/", admin.site.urls),
    path("desk/components/", showcase.components, name="components"),
    path("desk/help/", handbook_help.index, name="help"),
    path("desk/help/<slug:key>/", handbook_help.chapter, name="help_chapter"),
    path("desk/help/images/<slug:key>.png", handbook_help.picture, name="help_picture"),
    path("desk/", include("platforms.desk.urls")),
    path("desk/", include("evaluation.desk.urls")),
    path("desk/", include("evaluation.desk.self_report_urls")),
    path("desk/", include("evaluation.desk.hearings_urls")),
    path("desk/", include("funding.desk.urls")),
    path("calendar/<str:token>.ics", calendar.ics_feed, name="calendar_feed"),
    path("fill/help/", handbook_help.unit, name="fill_help"),
    path("fill/help/images/<slug:key>.png", handbook_help.unit_picture, name="fill_help_picture"),
    # Before the links of applications: their tokens are longer than any word.
    path("fill/report/", include("evaluation.desk.report_urls")),
    path("fill/hearing/", include("evaluation.desk.hearing_urls")),
    path("fill/", include("platforms.desk.fill_urls")),
    path("help/", handbook_help.public, name="public_help"),
    path("help/images/<slug:key>.png", handbook_help.public_picture, name="public_help_picture"),
    path("api/v1/docs", api_edges.page(api, api_docs), name="api_docs"),
    path("api/v1/", api_edges.urls(api)),
    path("api/", api_edges.unknown(api)),
    path("api/<path:rest>", api_edges.unknown(api)),
    path("", include("funding.site.urls")),
    path("", include("evaluation.site.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/login/", login.demo_login, name="demo_login"))

handler400 = "ningbo_windows.views.bad_request"
handler403 = "ningbo_windows.views.forbidden"
handler404 = "ningbo_windows.views.not_found"
handler500 = "ningbo_windows.views.server_error"
