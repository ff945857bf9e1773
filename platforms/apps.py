from django.apps import AppConfig
from django.db.models.signals import post_save


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "申报与平台"

    def ready(self) -> None:
        """Count attachments among the files that a person uploads in a day; say whose clauses pages cite, and what the
        rooms hold about a platform and what waits for a person, also to the lists that are narrowed to it; forget
        what drafts lack where the name of their place may have changed."""
        from platforms.applications.services import gap_counts
        from platforms.files.services import evidence
        from platforms.models import Attachment, Park, Region, Town
        from platforms.notices import clauses, queries
        from platforms.register.queries import life, sections
        from platforms.rounds.queries.rounds import current_notice
        from platforms.waiting import FINDERS
        from platforms.workbench.queries import sources, todo

        for place in (Region, Town, Park):
            post_save.connect(gap_counts.forget_at, sender=place)
        evidence.COUNTED.append(Attachment)
        life.SECTIONS.extend(sections.OWN)
        queries.IN_USE.append(current_notice)
        clauses.resolve_with(queries.printed_number, queries.in_use)
        todo.SOURCES.extend(sources.SOURCES)
        FINDERS.append(todo.rows_that_wait)
