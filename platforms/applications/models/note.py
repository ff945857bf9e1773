from django.db import models

from platforms.applications.choices import NoteReaders
from platforms.applications.models.application import Application
from platforms.scope import ScopedModel


class Note(ScopedModel):
    """A remark on an application that says who may read it; ``queries.notes.readable`` is the door. Never changed."""

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="notes")
    readers = models.CharField("谁能看到", max_length=8, choices=NoteReaders.choices)
    text = models.TextField("内容", max_length=1000)
    written_at = models.DateTimeField("时间")
    written_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="经办人", related_name="+")

    class Meta:
        verbose_name = "备注"
        verbose_name_plural = "备注"
        ordering = ("application", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(readers__in=NoteReaders.values), name="note_readers_closed"),
        )

    def __str__(self) -> str:
        return self.text[:40]
