"""Which rules a run judged by: a digest of the sources of the core."""

import hashlib
import pkgutil
from functools import cache

from agent_service import core


@cache
def rules_digest() -> str:
    """Return the SHA-256 of every module of the core, by name and source: it changes when any rule does."""
    digest = hashlib.sha256()
    for module in sorted(pkgutil.walk_packages(core.__path__, f"{core.__name__}."), key=lambda one: one.name):
        spec = module.module_finder.find_spec(module.name, None)
        source = spec.loader.get_source(module.name) if spec and spec.loader else ""
        digest.update(f"{module.name}\n{len(source or '')}\n{source or ''}".encode())
    return digest.hexdigest()
