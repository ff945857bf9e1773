"""The connection to the mail server, with an end: whatever the server does, one mail takes no longer than told."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

#: What a server that is ready says first.
HELLO = 220


class OutOfTime(OSError):
    """The mail server took longer than one mail may take."""


class Deadline:
    """Cuts the connection that was given to :meth:`watch` after ``seconds``; ``passed`` says whether it did.

    A server that sends a byte now and then never runs into the timeout of a single answer.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._watched: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, connection: socket.socket) -> None:
        # A second handle on the same connection: it outlives the change to TLS, which takes the first one away.
        with self._lock:
            self._watched = connection.dup()

    def end(self) -> None:
        """Stop watching."""
        self._timer.cancel()
        with self._lock:
            if self._watched is not None:
                self._watched.close()
                self._watched = None

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            if self._watched is not None:
                with suppress(OSError):
                    self._watched.shutdown(socket.SHUT_RDWR)


class BoundedBackend(EmailBackend):
    """Django's SMTP backend; a connection and all that is sent over it ends after ``settings.MAIL_SECONDS``."""

    deadline: Deadline | None = None

    def open(self) -> bool:
        """Connect, encrypt and log in; says whether a new connection was made.

        Raises:
            OutOfTime: the server did not answer in time.
            OSError, smtplib.SMTPException: it refused.
        """
        if self.connection:
            return False
        self.deadline = deadline = Deadline(settings.MAIL_SECONDS)
        kind = _WatchedSSL if self.use_ssl else _Watched
        made = kind(deadline, self.ssl_context if self.use_ssl else None, self.timeout)
        try:
            with self._in_time():
                code, answer = made.connect(self.host, self.port)
                if code != HELLO:
                    raise smtplib.SMTPConnectError(code, answer)
                if self.use_tls:
                    made.starttls(context=self.ssl_context)
                if self.username and self.password:
                    made.login(self.username, self.password)
        except OSError:
            # Without a word to a server that may not listen.
            made.close()
            deadline.end()
            raise
        self.connection = made
        return True

    def send_messages(self, email_messages: Any) -> int:
        with self._in_time():
            return super().send_messages(email_messages)

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self.deadline:
                self.deadline.end()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # what smtplib raises is one, too
            cut = self.deadline is not None and self.deadline.passed
            if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError) or cut:
                raise OutOfTime from error
            raise


class _Watched(smtplib.SMTP):
    def __init__(self, deadline: Deadline, context: ssl.SSLContext | None, timeout: float | None) -> None:
        self.deadline, self.context = deadline, context
        # The name of this machine would be looked up in the net, which has no timeout.
        super().__init__(local_hostname=urlsplit(settings.SITE_URL).hostname or "localhost", timeout=timeout or 5)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = socket.create_connection((host, port), timeout)
        self.deadline.watch(made)
        return made

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        # What the certificate is checked against; smtplib sets it only when it connects by itself.
        self._host = host
        return super().connect(host, port, source_address)


class _WatchedSSL(_Watched):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        assert self.context is not None
        return self.context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)
