from django.urls import path

from funding.releases.desk import releases

app_name = "funding"
urlpatterns = [
    path("funding/", releases.index, name="releases"),
    path("funding/<int:pk>/", releases.detail, name="release"),
    path("funding/<int:pk>/<slug:code>/", releases.region, name="release_region"),
]
