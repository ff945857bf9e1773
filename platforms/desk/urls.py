from django.urls import path
from django.http import HttpResponse

app_name = "desk"
urlpatterns = [path("", lambda r: HttpResponse("desk"), name="home")]
