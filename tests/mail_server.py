"""A mail server of a few lines, in a thread, that behaves or misbehaves as told."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from tests.patience import LONG

#: Manners that leave a sender without an answer.
MUTE = {"silent", "dripping", "mute_after_data"}


@dataclass
class MailServer:
    """Listens on a free port of 127.0.0.1 and keeps what it was handed.

    ``manner`` is ``ok``, ``silent`` (accepts and never says a word), ``dripping`` (a byte now and then, never a line),
    ``mute_after_data`` (takes the mail and never says so), ``no_recipient`` (550), ``busy`` (451 for the mail),
    ``goodbye`` (breaks off instead of answering QUIT), ``closed`` (421 as greeting).
    """

    manner: str = "ok"
    context: ssl.SSLContext | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    #: Called with each mail before the server says yes.
    meanwhile: Callable[[EmailMessage], None] | None = None

    def __enter__(self) -> Self:
        self.stop = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._listen, daemon=True)]
        self.threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        # Wakes the listener up; closing alone does not.
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self.threads:
            thread.join(LONG)
        self.listener.close()

    def behave(self, manner: str, settings: Any) -> None:
        """Go on in ``manner``, and let a sender wait as long as fits: an answer that comes may come late on a busy
        machine, one that never comes is not worth a long wait."""
        self.manner = manner
        settings.EMAIL_TIMEOUT, settings.MAIL_SECONDS = (0.3, 0.9) if manner in MUTE else (LONG, LONG)

    def _listen(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            if self.stop.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection.makefile("rwb") as wire:
                self._talk(wire)
        except OSError:
            pass
        finally:
            connection.close()

    def _talk(self, wire: socket.SocketIO) -> None:
        def say(line: str) -> None:
            wire.write(f"{line}\r\n".encode())
            wire.flush()

        if self.manner == "silent":
            self.stop.wait()
            return
        while self.manner == "dripping" and not self.stop.wait(0.05):
            wire.write(b"2")
            wire.flush()
        if self.manner == "closed":
            say("421 too busy")
            return
        say("220 ready")
        for line in iter(wire.readline, b""):
            verb = line.split(b":")[0].strip().upper()
            if verb == b"DATA":
                say("354 go on")
                self._take(wire, say)
            elif verb == b"QUIT":
                if self.manner != "goodbye":
                    say("221 bye")
                return
            elif verb == b"RCPT TO" and self.manner == "no_recipient":
                say("550 no such user \u4e0d")
            else:
                say("250 ok")

    def _take(self, wire: socket.SocketIO, say: Callable[[str], None]) -> None:
        lines = []
        while (line := wire.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line)
        if self.manner == "busy":
            say("451 try later")
            return
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        if self.meanwhile:
            self.meanwhile(mail)
        self.taken.append(mail)
        if self.manner == "mute_after_data":
            self.stop.wait()
            return
        say("250 taken")
