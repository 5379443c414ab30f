"""A Chromium for the browser tests: the machine's own, else Debian's packages unpacked privately."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools import apt, say
from tools.locking import locked
from tools.paths import cache_dir

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ["chromium", "fonts-dejavu-core"]
# What a running system has for sure, and what must fit its own kernel and loader.
_KEPT_FROM_SYSTEM = ("libc6_", "libc-bin_", "dpkg_", "perl-base_", "debconf_")
_WRAPPER = """#!/bin/sh
# Debian's chromium, unpacked without root.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="$root/fonts.conf"
export XDG_DATA_DIRS="$root/usr/share:${{XDG_DATA_DIRS:-/usr/share}}"
exec "$root/usr/lib/chromium/chromium" --no-sandbox --disable-dev-shm-usage "$@"
"""
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <match target="pattern"><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit>
  </match>
</fontconfig>
"""


def _works(path: Path | str) -> bool:
    """Tell whether a browser starts and can print its version."""
    try:
        done = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "chrom" in done.stdout.lower()


def _installed() -> Path | None:
    for name in _NAMES:
        found = shutil.which(name)
        if found and _works(found):
            return Path(found)
    return None


def _libraries(tree: Path) -> str:
    """Return the library folders of an unpacked tree, as the wrapper spells them."""
    found = {path.parent.relative_to(tree) for path in tree.rglob("*.so*")}
    folders = [path for path in found if "chromium" not in path.parts]
    ranked = sorted(folders, key=lambda path: (len(path.parts), str(path)))
    return ":".join(f"$root/{path}" for path in ranked)


def _fetch(final: Path) -> None:
    """Fetch chromium with the libraries that the machine lacks and write the wrapper."""
    source = apt.PrivateApt(apt.own_suite())
    with say.step("package lists (signed)"):
        source.update()
    with say.step("fetching chromium"):
        archives = source.download_with_needs(_PACKAGES)
    final.parent.mkdir(parents=True, exist_ok=True)
    with (
        say.step(f"unpacking chromium ({len(archives)} packages)"),
        tempfile.TemporaryDirectory(dir=final.parent, prefix=".fetch-") as folder,
    ):
        tree = Path(folder, "tree")
        for archive in archives:
            if not archive.name.startswith(_KEPT_FROM_SYSTEM):
                apt.extract(archive, tree, ("./usr/share/doc*", "./usr/share/man*"))
        (tree / "fonts.conf").write_text(_FONTS)
        wrapper = tree / "bin-wrapper" / "chromium"
        wrapper.parent.mkdir()
        wrapper.write_text(_WRAPPER.format(libraries=_libraries(tree)))
        wrapper.chmod(0o755)
        if not _works(wrapper):
            done = subprocess.run([str(wrapper), "--version"], capture_output=True, text=True,
                                  check=False)
            raise say.CommandFailed(f"the unpacked chromium does not start: {done.stderr[-500:]}")
        shutil.rmtree(final, ignore_errors=True)
        tree.rename(final)


def ensure() -> Path:
    """Return a Chromium that starts, fetching one into the cache where the machine has none."""
    found = _installed()
    if found:
        return found
    final = cache_dir() / "chromium" / apt.own_suite()
    wrapper = final / "bin-wrapper" / "chromium"
    with locked(cache_dir() / "chromium.lock"):
        if not (wrapper.exists() and _works(wrapper)):
            try:
                _fetch(final)
            except (apt.NoMirror, say.CommandFailed) as error:
                say.fail(f"no Chromium: put `chromium` or `google-chrome` on PATH ({error})")
    return wrapper


def path_with_browser(path: str | None = None) -> str:
    """Return a PATH on which Odoo's own browser tests find a Chromium."""
    folder = str(ensure().parent)
    current = path if path is not None else os.environ.get("PATH", "")
    return current if folder in current.split(os.pathsep) else f"{folder}{os.pathsep}{current}"


if __name__ == "__main__":
    say.line(str(ensure()))
