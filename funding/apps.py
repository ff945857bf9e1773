from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "资金分配"

    def ready(self) -> None:
        """Offer notices the readings and judge them, and add what waits for the finance officers."""
        from funding.readings import problems_of, switches_of_any
        from funding.runs.queries.todo import SOURCES
        from platforms.notices.queries import CHECKS, READINGS, ReadingChoice
        from platforms.workbench.queries import todo

        CHECKS.append(problems_of)
        READINGS.extend(
            ReadingChoice(each.name, each.label, tuple((str(choice.value), choice.label) for choice in each.choices))
            for each in switches_of_any()
        )
        todo.SOURCES.extend(SOURCES)
