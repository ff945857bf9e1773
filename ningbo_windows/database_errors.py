"""What a person at the terminal is told when a command finds no database."""

from django.db import DatabaseError, connection


def sentence_for(error: DatabaseError) -> str | None:
    """Return what to do about ``error`` in one sentence; None if the database is there and the fault is another one."""
    try:
        tables = connection.introspection.table_names()
    except DatabaseError:
        return f"数据库无法连接，请核对 DATABASE_URL 和数据库服务：{error}"
    return None if "django_migrations" in tables else "数据库尚未建立，请先运行 python3 manage.py migrate。"
