"""``manage.py worker``: does what takes longer than a request; runs beside the server for as long as it runs."""

import logging
import os
import socket
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from platforms.background.services import jobs, workers

logger = logging.getLogger(__name__)

#: Seconds between two looks for work, two signs of life, two looks for what was broken off.
LOOK_EVERY, BEAT_EVERY, RECOVER_EVERY = 1.0, 5.0, 15.0


class Command(BaseCommand):
    """Takes jobs one after the other until it is told to stop; the one in hand is done first."""

    help = "后台处理程序：处理耗时较长的导入、导出和打印；与网页服务同时运行，停止请按 Ctrl-C"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="处理完现有事项即结束")
        parser.add_argument("--with-parent", action="store_true", help="启动它的程序结束时一并结束")

    def handle(self, *, until_idle: bool, with_parent: bool, **options: Any) -> None:  # noqa: ARG002
        """Work until there is a reason to stop."""
        if not isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], DatabaseBackend):
            raise CommandError("后台处理没有使用数据库队列，无需运行本命令。")
        # That it was told to stop is no news to who told it.
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        worker = Worker(parent=os.getppid() if with_parent else 0, until_idle=until_idle)
        worker.configure_signals()
        worker.work()


class Worker(QueueWorker):
    """The library's worker, which is heard of while it lives and begins anew what another one left in the middle."""

    def __init__(self, *, parent: int, until_idle: bool) -> None:
        super().__init__(
            queue_names=["*"],
            interval=0,
            # It returns as soon as nothing is left; waiting for more is ours.
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{socket.gethostname()[:40]}-{os.getpid()}-{get_random_string(8)}",
            excluded_queue_names=[],
        )
        self.parent, self.until_idle = parent, until_idle
        self._ended = threading.Event()

    def work(self) -> None:
        """Do jobs until told to stop, until nothing is left, or until the parent has ended."""
        life = threading.Thread(target=self._live, daemon=True)
        life.start()
        recovered = 0.0
        try:
            while self.running and not (self.parent and os.getppid() != self.parent):
                close_old_connections()
                try:
                    if time.monotonic() - recovered >= RECOVER_EVERY or not recovered:
                        jobs.recover(at=timezone.now(), idle=self.worker_id)
                        recovered = time.monotonic()
                    # A look takes no lock; the library's claim takes that of the whole file on SQLite.
                    if DBTaskResult.objects.ready().exists():
                        self.run()
                        continue
                except OperationalError:
                    # A lock of somebody else's, or a database that is away for a moment.
                    logger.warning("the queue could not be read", exc_info=True)
                    connection.close()
                if self.until_idle:
                    break
                time.sleep(LOOK_EVERY)
        finally:
            self._ended.set()
            life.join(BEAT_EVERY)
            workers.leave(name=self.worker_id)

    def _live(self) -> None:
        """Give signs of life, on a connection of its own, however long a job takes."""
        try:
            while True:
                try:
                    workers.beat(name=self.worker_id, at=timezone.now())
                except OperationalError:
                    logger.info("a sign of life was not written")
                    connection.close()
                if self._ended.wait(BEAT_EVERY):
                    return
        finally:
            connection.close()
