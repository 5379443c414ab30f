"""Which rules a run judged by: a digest of the sources of the core."""

import hashlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

from agent_service import core


@cache
def rules_digest() -> str:
    """Return the SHA-256 of every module of the core, by name and source: it changes when any rule does."""
    digest = hashlib.sha256()
    for name, source in sorted(sources()):
        digest.update(f"{name}\n{len(source)}\n{source}\n".encode())
    return digest.hexdigest()


def sources() -> Iterator[tuple[str, str]]:
    """Return the name and source of every module of the core."""
    names = [one.name for one in pkgutil.walk_packages(core.__path__, f"{core.__name__}.")]
    for name in (core.__name__, *names):
        spec = find_spec(name)
        source = spec.loader.get_source(name) if spec and hasattr(spec.loader, "get_source") else None
        yield name, source or ""
