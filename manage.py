#!/usr/bin/env python3
"""Django's command line; it first makes its own environment where there is none (ningbo_windows/bootstrap.py)."""

import os
import sys


def main():
    """Run one administrative command."""
    # Before any import of ours: an older Python could not even read the rest.
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit("需要 Python 3.11 或更高版本，当前为 %d.%d，请改用较新的 python3 运行。" % sys.version_info[:2])  # noqa: UP031
    from ningbo_windows import bootstrap

    bootstrap.prepare(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ningbo_windows.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as missing:
        sys.exit(f"未找到 Django({missing}),请去掉 {bootstrap.SWITCHED_OFF} 后重试,或先安装 requirements.txt。")
    from ningbo_windows import light_commands

    if light_commands.run(sys.argv):
        return
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refused:
        # The settings say in one sentence what is not safe or not to be understood.
        sys.exit(str(refused))
    except DatabaseError as error:
        from ningbo_windows.database_errors import sentence_for

        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    main()
