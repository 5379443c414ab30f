"""OCA's add-ons: wheels by hash, without dependencies, in a folder of their own."""

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from tools import registry, say
from tools.locking import locked
from tools.paths import cache_dir

LOCK = registry.REQUIREMENTS / "oca.txt"


def _home() -> Path:
    return cache_dir() / "oca" / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]


def ensure() -> Path:
    """Return the folder to put on `addons_path`, fetching the add-ons where needed."""
    final = _home()
    addons = final / "odoo" / "addons"
    if addons.is_dir():
        return addons
    final.parent.mkdir(parents=True, exist_ok=True)
    with locked(cache_dir() / "oca.lock"):
        if addons.is_dir():
            return addons
        command = registry.pip()
        with (
            say.step("OCA add-ons (by hash)"),
            tempfile.TemporaryDirectory(dir=final.parent, prefix=".fetch-") as folder,
        ):
            wheels, tree = Path(folder, "wheels"), Path(folder, "tree")
            fetched = subprocess.run(
                [*command, "download", "-q", "--no-deps", "--only-binary", ":all:",
                 "--require-hashes", "-r", str(LOCK), "-d", str(wheels)],
                env=registry.clean_env(), capture_output=True, text=True, check=False,
            )
            if fetched.returncode:
                raise say.CommandFailed(fetched.stderr[-2000:])
            for wheel in sorted(wheels.glob("*.whl")):
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(tree)
            shutil.rmtree(final, ignore_errors=True)
            tree.rename(final)
    return addons


if __name__ == "__main__":
    say.line(str(ensure()))
