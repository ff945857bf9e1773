"""The mail server from one address in the environment; what is wrong with it is said without repeating it (a password
may stand inside)."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in; without a ``host`` mail is off. ``tls`` is STARTTLS, ``ssl`` TLS from the start."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False

    def __repr__(self) -> str:
        return f"MailServer(host={self.host!r}, port={self.port})"


def mail_server(address: str) -> MailServer:
    """Read ``smtp+tls://user:password@host:port``; empty means that no mail is sent.

    Raises:
        ImproperlyConfigured: another form, or a connection that is not encrypted to another machine.
    """
    if not address:
        return MailServer()
    form = "EMAIL_URL 须写成 smtp+tls://账号:密码@主机:端口 或 smtp+ssl://…，密码中的特殊字符用 % 编码。"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ImproperlyConfigured(form) from None
    if parts.scheme not in _PORTS or not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(form)
    if parts.scheme == "smtp" and host not in _LOOPBACK:
        raise ImproperlyConfigured("EMAIL_URL 指向其他主机时须加密，请用 smtp+tls:// 或 smtp+ssl://。")
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtp+tls",
        ssl=parts.scheme == "smtp+ssl",
    )
