from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "资金分配"

    def ready(self) -> None:
        """Tell notices of readings, results of the runs that count them; add what waits for finance, what stays,
        what a platform counts for, and what the public site has of released allocations."""
        from evaluation.certification.queries import counted_in
        from evaluation.news.entries import SOURCES as NEWS
        from evaluation.site import joined
        from funding.payments.queries import todo as payments
        from funding.readings import problems_of, switches_of_any
        from funding.releases import queries as releases
        from funding.runs.queries.counting_results import runs_that_count
        from funding.runs.queries.notice_preview import amounts
        from funding.runs.queries.staying import computed
        from funding.runs.queries.todo import SOURCES
        from funding.site.joining import edition, entries, open_files, pages
        from funding.site.tables import open_tables, tables
        from funding.uses import queries as uses
        from platforms.calendar.queries import calendar, duties
        from platforms.notices.queries import CHECKS, PREVIEWS, READINGS, ReadingChoice
        from platforms.region_changes.queries import plan
        from platforms.register.queries import life
        from platforms.workbench.queries import dashboard, todo

        CHECKS.append(problems_of)
        PREVIEWS.append(amounts)
        READINGS.extend(
            ReadingChoice(
                each.name,
                each.label,
                tuple((str(choice.value), choice.label) for choice in each.choices),
                each.clause,
            )
            for each in switches_of_any()
        )
        calendar.SOURCES.append(uses.entries)
        duties.SOURCES.append(uses.duties)
        counted_in.SOURCES.append(runs_that_count)
        dashboard.LATER.append(releases.steps)
        todo.SOURCES.extend((*SOURCES, *releases.SOURCES, *payments.SOURCES, *uses.SOURCES))
        plan.STAYING.append(computed)
        life.SECTIONS.extend((releases.COUNTED, uses.USES))
        joined.EDITIONS["funding"] = edition
        joined.FILES.extend((open_tables, open_files))
        joined.PAGES.append(pages)
        joined.TABLES.append(tables)
        NEWS.append(entries)
