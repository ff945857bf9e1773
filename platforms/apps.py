from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "申报与平台"

    def ready(self) -> None:
        """Count attachments among the files that a person uploads in a day; say whose clauses pages cite."""
        from platforms.files.services import evidence
        from platforms.models import Attachment
        from platforms.notices import clauses, queries
        from platforms.rounds.queries.rounds import current_notice

        evidence.COUNTED.append(Attachment)
        queries.IN_USE.append(current_notice)
        clauses.resolve_with(queries.printed_number, queries.in_use)
