"""A text that must not be shown: it prints as stars, is compared in constant time, and isn't pickled."""

import hmac
import os
import stat
from pathlib import Path

from agent_service.errors import BadInput

_MAX_BYTES = 4096


class Secret:
    """Holds a key; only `reveal` gives it away."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, for the wire or for the key file."""
        return self._text

    def __repr__(self) -> str:
        """Show that there is something, and nothing of it."""
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Compare two secrets without telling how far they agree."""
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        """Hash by the text."""
        return hash(self._text)

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied to another process."""
        raise TypeError("a secret is not pickled")


def read_secret(path: Path, setting: str) -> Secret:
    """Return the first line of a file that nobody else can read."""
    path = path.expanduser()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise BadInput(f"{setting} names {path}, which doesn't exist", f"Set {setting}.") from None
    except OSError as error:
        raise BadInput(f"{setting} names {path}, which can't be read ({error.strerror})") from None
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise BadInput(f"{setting} names {path}, which is no file")
        if state.st_mode & 0o077:
            raise BadInput(
                f"{path} can be read by others (mode {stat.S_IMODE(state.st_mode):04o})",
                f"Run: chmod 600 {path}",
            )
        raw = os.read(descriptor, _MAX_BYTES)
    finally:
        os.close(descriptor)
    try:
        text = raw.decode("ascii").partition("\n")[0].strip()
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable() or " " in text:
        raise BadInput(f"{path} holds no key", "Put the key alone on its first line.")
    return Secret(text)
