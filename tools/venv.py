"""The checkout's environment: `.venv` with exactly what the hash lock names."""

import hashlib
import sys
from pathlib import Path

from tools import odoo_source, registry, say
from tools.locking import locked
from tools.paths import ROOT, VENV, site_packages, var_dir, venv_python

LOCK = ROOT / "requirements-dev.txt"
_STAMP = VENV / ".ai_close_stamp"
_SCRIPT = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/python" -m agent_service "$@"
"""


def _digest() -> str:
    facts = f"{sys.version_info[:2]}:{VENV}:".encode()
    return hashlib.sha256(facts + LOCK.read_bytes()).hexdigest()


def _fresh() -> bool:
    return venv_python().exists() and _STAMP.exists() and _STAMP.read_text() == _digest()


def _link_checkout() -> None:
    """Make `agent_service` importable and `ai-close` a command, without building anything."""
    pth = site_packages() / "ai_close_checkout.pth"
    if not pth.exists() or pth.read_text() != f"{ROOT}\n":
        pth.write_text(f"{ROOT}\n")
    script = VENV / "bin" / "ai-close"
    if not script.exists() or script.read_text() != _SCRIPT:
        script.write_text(_SCRIPT)
        script.chmod(0o755)


def ensure() -> Path:
    """Return the environment's Python; do nothing when the lock did not change."""
    with locked(var_dir() / "venv.lock"):
        if not _fresh():
            uv = registry.uv()
            with say.step("Python packages (by hash)"):
                if not venv_python().exists():
                    say.run([uv, "venv", "-q", "--allow-existing", "-p",
                             registry.which_python(), VENV], env=registry.uv_env())
                registry.sync(venv_python(), LOCK)
            _STAMP.write_text(_digest())
        _link_checkout()
    return venv_python()


def ensure_with_odoo() -> Path:
    """Return the environment's Python, with Odoo importable in it."""
    python = ensure()
    odoo_source.link(odoo_source.ensure())
    return python


if __name__ == "__main__":
    made = ensure_with_odoo()
    if "--quiet" not in sys.argv:
        say.line(str(made))
