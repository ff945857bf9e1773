from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "资金分配"

    def ready(self) -> None:
        """Add what waits for the finance officers."""
        from funding.queries.todo import SOURCES
        from platforms.queries import todo

        todo.SOURCES.extend(SOURCES)
