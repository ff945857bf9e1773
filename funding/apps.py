from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "资金分配"

    def ready(self) -> None:
        """Judge the readings of notices, and add what waits for the finance officers."""
        from funding.readings import problems_of
        from funding.runs.queries.todo import SOURCES
        from platforms.notices.queries import CHECKS
        from platforms.workbench.queries import todo

        CHECKS.append(problems_of)
        todo.SOURCES.extend(SOURCES)
