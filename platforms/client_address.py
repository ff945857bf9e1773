"""Where a request came from: one answer for lock-out, limits and the log.

A proxy that is trusted writes the address of its own client as the right-most entry of ``X-Forwarded-For`` (nginx with
``$remote_addr`` as the only one, an appending proxy behind what the client sent). So with ``n`` trusted proxies the
client is the ``n``-th entry from the right, and everything left of it is what anybody may have typed.
"""

from contextvars import ContextVar
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

#: The address of the request that this thread is answering; read by the audit log.
request_address: ContextVar[str] = ContextVar("request_address", default="")

#: No address is written longer, with brackets, zone and port.
LONGEST = 100


def read_address(text: str) -> str:
    """Return the address that ``text`` writes, in its one form without brackets, port and zone, or nothing.

    An IPv4 address inside an IPv6 one (``::ffff:10.0.0.1``) is the IPv4 address.
    """
    text = text.strip().strip('"')
    if len(text) > LONGEST:
        return ""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def address_of(*, remote: str, forwarded: str, proxies: int) -> str:
    """Return the address of the client, or nothing where none is known.

    ``remote`` is who opened the connection, ``forwarded`` the header ``X-Forwarded-For``, ``proxies`` how many of our
    own stand in front. Where the header has fewer entries than that, or one of them is no address, the answer is the
    furthest one that a proxy of ours vouches for: never one that the client could have written.
    """
    found = read_address(remote)
    if proxies > 0 and forwarded:
        for entry in reversed(forwarded.rsplit(",", proxies)[-proxies:]):
            address = read_address(entry)
            if not address:
                break
            found = address
    return found


def client_address(request: HttpRequest) -> str:
    """Return the address of the client of ``request`` by the number of trusted proxies in the settings."""
    return address_of(
        remote=request.META.get("REMOTE_ADDR", ""),
        forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        proxies=settings.PROXY_COUNT,
    )


def lock_out_address(request: HttpRequest) -> str | None:
    """Return what a lock-out of a name holds for: the address, of an IPv6 line the first one of its /64."""
    address = client_address(request)
    if ":" not in address:
        return address or None
    return str(IPv6Network((address, 64), strict=False).network_address)
