from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "资金分配"

    def ready(self) -> None:
        """Add what waits for the finance officers."""
        from funding.runs.queries.todo import SOURCES
        from platforms.workbench.queries import todo

        todo.SOURCES.extend(SOURCES)
