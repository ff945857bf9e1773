"""A client of the interface for service records, of the standard library alone; sends a batch until it is answered."""

import http.client
import json
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from tests.patience import LONG

PATH = "/api/v1/service-records/"
#: How often one batch is tried before the client gives up.
TRIES = 20

Tally = dict[str, int]


class Client:
    """Sends to ``host:port``; ``wait`` is called before a batch is tried again."""

    def __init__(self, host: str, port: int, token: str, *, wait: Callable[[], None] = lambda: None) -> None:
        self.address, self.token, self.wait = (host, port), token, wait

    def send(self, records: Iterable[Mapping[str, Any]], *, size: int = 1000) -> Tally:
        """Send everything; returns how many were created, updated, unchanged and rejected as answered last."""
        tally = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0}
        rest = iter(records)
        while batch := list(islice(rest, size)):
            answer = self.send_batch(batch)
            for name in ("created", "updated", "unchanged"):
                tally[name] += answer[name]
            tally["rejected"] += len(answer["rejected"])
        return tally

    def send_batch(self, batch: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Send one batch, again and again until it is answered; it is the same batch each time."""
        for _ in range(TRIES):
            try:
                return self._post(json.dumps({"records": batch}).encode())
            except (OSError, http.client.HTTPException):
                self.wait()
        raise ConnectionError("no answer")

    def _post(self, body: bytes) -> dict[str, Any]:
        connection = http.client.HTTPConnection(*self.address, timeout=LONG)
        try:
            connection.request("POST", PATH, body, self._headers(len(body)))
            answer = connection.getresponse()
            read = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {read}")
        return dict(read)

    def drop_in_the_middle(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """Send half of a batch and hang up."""
        body = json.dumps({"records": batch}).encode()
        self._hang_up(body, len(body) // 2)

    def drop_before_the_answer(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """Send a whole batch and hang up without reading what is answered."""
        body = json.dumps({"records": batch}).encode()
        self._hang_up(body, len(body))

    def drop_in_the_answer(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """Send a whole batch and hang up with the first bytes of the answer."""
        body = json.dumps({"records": batch}).encode()
        self._hang_up(body, len(body), read=12)

    def _hang_up(self, body: bytes, sent: int, *, read: int = 0) -> None:
        head = f"POST {PATH} HTTP/1.1\r\nHost: {self.address[0]}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in self._headers(len(body)).items())
        with socket.create_connection(self.address, timeout=LONG) as line:
            line.sendall(f"{head}\r\n".encode() + body[:sent])
            if read:
                line.recv(read)

    def _headers(self, length: int) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Content-Length": str(length),
        }
