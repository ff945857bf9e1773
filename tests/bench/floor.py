"""The floor of every page: a Django view that does nothing but send as many bytes (a URLconf)."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import path


@cache
def _bytes(size: int) -> bytes:
    return b"x" * size


def view(_request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(_bytes(size))


urlpatterns = [path("<int:size>/", view)]
