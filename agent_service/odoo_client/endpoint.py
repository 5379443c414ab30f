"""The address of an Odoo server: checked once, before a key is ever sent to it."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from agent_service.errors import BadInput


def is_loopback(host: str) -> bool:
    """Tell whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Endpoint:
    """Scheme, host and port of a server, with the path Odoo is mounted under (mostly none)."""

    url: str
    host: str
    loopback: bool

    @classmethod
    def parse(cls, text: str, setting: str = "AI_CLOSE_URL") -> "Endpoint":
        """Return the endpoint of an address; refuse what would send the key in the clear."""
        try:
            parts = urlsplit(text.strip())
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            raise BadInput(f"{setting} is not an address", "Write it as https://host[:port].") from None
        if parts.scheme not in ("http", "https") or not host:
            raise BadInput(f"{setting} is not an http address", "Write it as https://host[:port].")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise BadInput(f"{setting} holds more than an address", "Write it as https://host[:port].")
        loopback = is_loopback(host)
        if parts.scheme == "http" and not loopback:
            raise BadInput(
                f"{setting} is plain http to {host}: the key would travel in the clear",
                "Use https, or an address of this machine.",
            )
        return cls(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", host, loopback)
