app_name = "fill"
urlpatterns: list = []
