from django.urls import path

from funding.site import allocations, open_data, tables

app_name = "public_funding"
urlpatterns = [
    path("funding/", allocations.index, name="index"),
    path("funding/recompute.py", open_data.recompute, name="recompute"),
    path("funding/<int:year>/", allocations.year, name="year"),
    path("funding/<int:year>/<slug:code>/", allocations.region, name="region"),
    path("funding/<int:year>/<slug:number>/counts.csv", open_data.counts, name="counts"),
    path("funding/<int:year>/<slug:number>/amounts.csv", open_data.amounts, name="amounts"),
    path("funding/<int:year>/<slug:number>/allocation.json", open_data.allocation, name="allocation"),
    *tables.urlpatterns,
]
