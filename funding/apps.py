from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "资金分配"

    def ready(self) -> None:
<<<<<<< HEAD
        """Tell notices which readings there are and what they would do; add what waits for the finance officers."""
        from funding.readings import problems_of, switches_of_any
        from funding.runs.queries.notice_preview import amounts
        from funding.runs.queries.todo import SOURCES
        from platforms.notices.queries import CHECKS, PREVIEWS, READINGS, ReadingChoice
=======
        """Add what waits for the finance officers, and what stays of a region."""
        from funding.runs.queries.staying import computed
        from funding.runs.queries.todo import SOURCES
        from platforms.region_changes.queries import plan
>>>>>>> 9f1ab3c (Count what stays of a region with what was published and computed of it)
        from platforms.workbench.queries import todo

        CHECKS.append(problems_of)
        PREVIEWS.append(amounts)
        READINGS.extend(
            ReadingChoice(each.name, each.label, tuple((str(choice.value), choice.label) for choice in each.choices))
            for each in switches_of_any()
        )
        todo.SOURCES.extend(SOURCES)
        plan.STAYING.append(computed)
