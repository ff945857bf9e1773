from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "申报与平台"

    def ready(self) -> None:
        """Count attachments among the files that a person uploads in a day."""
        from platforms.files.services import evidence
        from platforms.models import Attachment

        evidence.COUNTED.append(Attachment)
