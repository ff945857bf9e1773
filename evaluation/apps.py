from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评价与认定"

    def ready(self) -> None:
        """Add what is needed before a round is opened, what waits in an evaluation, what stays of a region, what a
        withdrawal comes after, when nothing more is said in a hearing, what forbids to give a certification up, what
        self-reports do when an evaluation is started and counted and in the morning and what they prove, which
        documents have lost their file, which certificates end soon and are to be found; what the statistics are made
        of; and the results and visits of a platform."""
        from evaluation.amendments.queries.life import RESULTS
        from evaluation.certification.queries import documents
        from evaluation.certification.queries.notice_preview import certificates
        from evaluation.certification.queries.staying import published
        from evaluation.certification.services import endings
        from evaluation.hearings.queries import ENDED
        from evaluation.marking.queries import proven
        from evaluation.marking.queries.withdrawals import after_a_score
        from evaluation.marking.services import figures, start
        from evaluation.public_notice.queries.hearings import NO_LONGER_INTENDED
        from evaluation.renewal.queries import CERTIFICATES
        from evaluation.renewal.services.expiry_warnings import warn
        from evaluation.revocation.queries import NO_LONGER_PROPOSED, against_giving_up
        from evaluation.schemes.queries import scheme
        from evaluation.self_reports.queries.lines import proven_by
        from evaluation.self_reports.services.facts import differences_counted
        from evaluation.self_reports.services.opening import open_reports
        from evaluation.self_reports.services.reminders import remind
        from evaluation.site import joined
        from evaluation.site import notices as site_notices
        from evaluation.site import statistics as site_statistics
        from evaluation.statistics import queries as statistics
        from evaluation.todo import SOURCES, steps
        from evaluation.visits.queries import VISITS
        from platforms.applications.queries import orphans, withdrawal
        from platforms.calendar.services import reminders
        from platforms.notices.queries import PREVIEWS
        from platforms.region_changes.queries import plan
        from platforms.register.queries import life
        from platforms.rounds.queries import opening
        from platforms.search.queries import KINDS
        from platforms.workbench.queries import dashboard, todo

        opening.SOURCES.append(opening.Check("评价方案", scheme))
        PREVIEWS.append(certificates)
        life.SECTIONS.extend((RESULTS, VISITS))
        KINDS.insert(2, CERTIFICATES)
        todo.SOURCES.extend(SOURCES)
        dashboard.LATER.append(steps)
        plan.STAYING.append(published)
        withdrawal.SOURCES.append(after_a_score)
        start.OPENED.append(open_reports)
        figures.COUNTED.append(differences_counted)
        reminders.OTHERS.extend((remind, warn))
        proven.SOURCES.append(proven_by)
        orphans.LOST.append(documents.lost)
        joined.EDITIONS["statistics"] = statistics.edition
        joined.FILES.extend((site_notices.open_files, site_statistics.open_files))
        joined.PAGES.append(site_statistics.year_pages)
        endings.HINDRANCES.append(against_giving_up)
        ENDED.extend((NO_LONGER_INTENDED, NO_LONGER_PROPOSED))
