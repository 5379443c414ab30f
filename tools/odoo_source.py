"""Odoo 19 itself: `ODOO_HOME`, an importable `odoo`, or Debian's package unpacked into the cache."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools import apt, say
from tools.locking import locked
from tools.paths import VENV, cache_dir, site_packages, venv_python

SERIES = "19.0"
_SUITE = "sid"
_PACKAGE = "odoo-19"
_EXTRAS = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
]
# The package carries a partial second copy of the add-ons, which must never be on addons_path,
# and 837 MB of translations.
_EXCLUDE = ("*/i18n/*.po", "*/i18n_extra/*.po", "./usr/lib/python3/dist-packages/addons*",
            "./usr/lib/python3/dist-packages/setup*", "./usr/lib/python3/dist-packages/doc*")
_STUB = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
_PTH = "ai_close_odoo.pth"
_HELP = f"""Odoo {SERIES} was not found and could not be fetched. Do one of these:
  * point ODOO_HOME at an Odoo {SERIES} source checkout (the folder that holds odoo-bin)
  * install Odoo {SERIES} so that `import odoo` works in Python
  * use containers: docker compose up
"""


def _series_of(home: Path) -> str | None:
    release = home / "odoo" / "release.py"
    if not release.is_file():
        return None
    found = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", release.read_text(), re.MULTILINE)
    return f"{found[1]}.{found[2]}" if found else None


def version_of(home: Path) -> str:
    """Return what identifies this Odoo: the package version, else the release and a commit."""
    stamp = home / ".ai_close_version"
    if stamp.is_file():
        return stamp.read_text().strip()
    head = subprocess.run(
        ["git", "-C", str(home), "rev-parse", "--short=12", "HEAD"],
        capture_output=True, text=True, check=False,
    )
    return f"{_series_of(home)}+{head.stdout.strip() or 'local'}"


def is_packaged(home: Path) -> bool:
    """Tell whether this Odoo is a package that nobody changes, not a checkout."""
    return (home / ".ai_close_version").is_file()


def _importable() -> Path | None:
    probe = "import odoo.release as r; print(r.__file__)"
    for python in (venv_python(), shutil.which("python3")):
        if python and Path(python).exists():
            done = subprocess.run(
                [str(python), "-c", probe], cwd="/", capture_output=True, text=True, check=False
            )
            if done.returncode == 0 and done.stdout.strip():
                home = Path(done.stdout.strip().splitlines()[-1]).parent.parent
                if _series_of(home) == SERIES:
                    return home
    return None


def _base() -> Path:
    return cache_dir() / "odoo"


def _cached() -> Path | None:
    """Return the newest unpacked package, if any; the rename that made it was atomic."""
    done = sorted(_base().glob(f"{SERIES}*/.ai_close_complete"), key=lambda p: p.stat().st_mtime)
    return done[-1].parent / "usr/lib/python3/dist-packages" if done else None


def _fetch() -> Path:
    """Fetch, check, unpack and repair Debian's package; return the folder to import from."""
    source = apt.PrivateApt(_SUITE, empty_status=True)
    with say.step("package lists (signed)"):
        source.update()
    version = source.candidate(_PACKAGE)
    if not version or not version.startswith(SERIES):
        raise apt.NoMirror(f"the mirror offers no {_PACKAGE}")
    final = _base() / version.replace(":", "_")
    with tempfile.TemporaryDirectory(dir=_base(), prefix=".fetch-") as folder:
        work = Path(folder)
        with say.step(f"fetching Odoo {version}"):
            archives = source.download([_PACKAGE, *_EXTRAS], work / "debs")
        tree = work / "tree"
        with say.step("unpacking Odoo"):
            for archive in archives:
                apt.extract(archive, tree, _EXCLUDE)
            home = tree / "usr/lib/python3/dist-packages"
            _repair(home)
            (home / ".ai_close_version").write_text(version)
            (tree / ".ai_close_complete").touch()
        if final.exists():
            shutil.rmtree(final)
        tree.rename(final)
    return final / "usr/lib/python3/dist-packages"


def _repair(home: Path) -> None:
    """Put back what the package lacks so that pages and tours work."""
    stub = home / "odoo/addons" / _STUB
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("window.SelfieSegmentation = class {};\n")
    jquery = home / "odoo/addons/web/static/lib/jquery/jquery.js"
    if not jquery.exists():
        raise say.CommandFailed("the unpacked Odoo has no jquery.js")


def ensure(fetch: bool = True) -> Path:
    """Return the folder that holds the `odoo` package, fetching it where needed."""
    own = os.environ.get("ODOO_HOME")
    if own:
        home = Path(own).expanduser().resolve()
        if _series_of(home) != SERIES:
            say.fail(f"ODOO_HOME={own} holds no Odoo {SERIES}")
        return home
    found = _importable() or _cached()
    if found or not fetch:
        if not found:
            say.fail(_HELP)
        return found
    _base().mkdir(parents=True, exist_ok=True)
    with locked(cache_dir() / "odoo.lock"):
        found = _cached()
        if found:
            return found
        try:
            return _fetch()
        except (apt.NoMirror, say.CommandFailed) as error:
            say.line(f"  {error}")
            say.fail(_HELP)
            raise


def addons_dirs(home: Path) -> list[Path]:
    """Return Odoo's own add-on folders (a source checkout has two, the package one)."""
    return [path for path in (home / "addons", home / "odoo" / "addons") if path.is_dir()]


def link(home: Path) -> None:
    """Make `import odoo` work in the checkout's environment."""
    if not VENV.exists():
        return
    pth = site_packages() / _PTH
    text = f"{home}\n"
    if not pth.exists() or pth.read_text() != text:
        pth.write_text(text)


if __name__ == "__main__":
    say.line(str(ensure()))
