from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评价与认定"

    def ready(self) -> None:
        """Add what an evaluation needs to what is looked at before a round is opened, and what waits in one."""
        from evaluation.certification.queries.notice_preview import certificates
        from evaluation.schemes.queries import scheme
        from evaluation.todo import SOURCES
        from platforms.notices.queries import PREVIEWS
        from platforms.rounds.queries import opening
        from platforms.workbench.queries import todo

        opening.SOURCES.append(scheme)
        PREVIEWS.append(certificates)
        todo.SOURCES.extend(SOURCES)
