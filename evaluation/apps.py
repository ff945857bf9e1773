from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评价与认定"

    def ready(self) -> None:
        """Add what an evaluation needs to what is looked at before a round is opened."""
        from evaluation.queries.opening import scheme
        from platforms.queries import opening

        opening.SOURCES.append(scheme)
