from django.urls import path

from platforms.applications.desk import documents, fill

app_name = "fill"
urlpatterns = [
    path("<str:token>/", fill.start, name="start"),
    path("<str:token>/hand-over/", fill.hand_over, name="hand_over"),
    path("<str:token>/form.pdf", documents.unit_form, name="form_pdf"),
    path("<str:token>/attachments/<int:pk>/", fill.attachment, name="attachment"),
    path("<str:token>/attachments/<int:pk>/remove/", fill.attachment_remove, name="attachment_remove"),
    path("<str:token>/answers/<int:pk>/", fill.answer, name="answer"),
    path("<str:token>/<slug:slug>/", fill.section, name="section"),
]
