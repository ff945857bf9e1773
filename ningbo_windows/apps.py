from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class NingboWindowsConfig(AppConfig):
    name = "ningbo_windows"
    verbose_name = "系统"
    default = True

    def ready(self) -> None:
        """Add the help for everybody to the sitemap."""
        from evaluation.site import joined
        from ningbo_windows.help import pages

        joined.PAGES.append(pages)


class BackOfficeConfig(admin_apps.AdminConfig):
    """The Django admin with our own site class: one login for desk and back office."""

    default_site = "ningbo_windows.admin_site.BackOffice"
    default = False
