"""Where things live: the checkout, its runtime state, its environment and the cache."""

import hashlib
import os
import pwd
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
ADDONS = ROOT / "addons"


def cache_dir() -> Path:
    """Return the folder of downloads that outlive a checkout (`AI_CLOSE_CACHE` overrides it)."""
    own = os.environ.get("AI_CLOSE_CACHE")
    if own:
        path = Path(own).expanduser()
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        path = Path(base) / "ai-close"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        if own:
            raise
        path = var_dir("cache")  # a home folder that cannot be written to
    return path.resolve()


def var_dir(*parts: str) -> Path:
    """Return (and make) a folder under `var/`, private to its owner."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    path = VAR.joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


def venv_python() -> Path:
    """Return the Python of the checkout's own environment."""
    return VENV / "bin" / "python"


def site_packages() -> Path:
    """Return the site-packages folder of the checkout's own environment."""
    found = sorted((VENV / "lib").glob("python3.*/site-packages"))
    if not found:
        raise FileNotFoundError(f"no environment in {VENV}: run `make venv`")
    return found[-1]


def _trusted_owners() -> set[int]:
    """Return who may own a folder of ours: ourselves, and for root the user that runs PostgreSQL."""
    names = ("postgres", "nobody") if os.getuid() == 0 else ()
    known = {user.pw_name: user.pw_uid for user in pwd.getpwall()}
    return {os.getuid(), *(known[name] for name in names if name in known)}


def socket_dir(name: str) -> Path:
    """Return a private folder with a short path: the path of a unix socket may have 107 bytes."""
    digest = hashlib.sha256(f"{VAR}:{name}".encode()).hexdigest()[:10]
    path = Path(tempfile.gettempdir()) / f"ai-close-{os.getuid()}-{digest}"
    path.mkdir(mode=0o700, exist_ok=True)
    state = path.lstat()
    if path.is_symlink() or state.st_uid not in _trusted_owners():
        sys.exit(f"{path} belongs to somebody else: set TMPDIR to a folder of your own")
    path.chmod(0o700)
    return path
