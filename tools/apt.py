"""Debian packages without root: signed lists and archives in private folders, nothing installed.

The mirror is the one the machine itself is configured for. apt checks the signatures.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from tools import say
from tools.paths import cache_dir

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_DROPPED = ("security", "ubuntu", "backports")
_HOOKS = (
    "DPkg::Pre-Invoke",
    "DPkg::Post-Invoke",
    "DPkg::Pre-Install-Pkgs",
    "APT::Update::Pre-Invoke",
    "APT::Update::Post-Invoke",
    "APT::Update::Post-Invoke-Success",
)


class NoMirror(RuntimeError):
    """The machine has no Debian mirror configured."""


def mirror() -> tuple[str, str]:
    """Return address and component of the machine's own Debian mirror."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NoMirror("this machine has no apt")
    query = ["indextargets", "--format", "$(REPO_URI)|$(COMPONENT)", "Created-By: Packages"]
    for extra in ([], ["-o", "APT::Get::IndexTargets::Filtered=false"]):
        for row in say.run(["apt-get", *extra, *query]).splitlines():
            address, _, component = row.strip().partition("|")
            dropped = any(word in address for word in _DROPPED)
            if component == "main" and "debian" in address and not dropped:
                return address, component
    raise NoMirror("no Debian mirror is configured for apt")


class PrivateApt:
    """apt with sources, lists and archives of its own for one suite."""

    def __init__(self, suite: str, *, empty_status: bool = False) -> None:
        """Write the configuration; `empty_status` pretends that no package is installed."""
        self.home = cache_dir() / "apt" / suite
        for name in ("parts", "lists/partial", "cache/archives/partial", "log", "prefs"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        address, component = mirror()
        signed = f" [signed-by={_KEYRING}]" if _KEYRING.exists() else ""
        (self.home / "sources.list").write_text(f"deb{signed} {address} {suite} {component}\n")
        (self.home / "main.conf").write_text("".join(f"#clear {hook};\n" for hook in _HOOKS))
        settings = {
            "Dir::Etc::main": self.home / "main.conf",
            "Dir::Etc::sourcelist": self.home / "sources.list",
            "Dir::Etc::sourceparts": self.home / "parts",
            "Dir::Etc::preferencesparts": self.home / "prefs",
            "Dir::State::lists": self.home / "lists",
            "Dir::Cache": self.home / "cache",
            "Dir::Log": self.home / "log",
            "Debug::NoLocking": "1",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "APT::Get::List-Cleanup": "0",
        }
        if os.getuid() == 0:
            settings["APT::Sandbox::User"] = "root"
        if empty_status:
            (self.home / "status").touch()
            settings["Dir::State::status"] = self.home / "status"
        self.config = self.home / "apt.conf"
        self.config.write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()))

    def _apt(self, *command: str, cwd: Path | None = None) -> str:
        return say.run(command, env={"APT_CONFIG": str(self.config), "LC_ALL": "C"}, cwd=cwd)

    def update(self) -> None:
        """Fetch the signed package lists."""
        self._apt("apt-get", "-qq", "update")

    def candidate(self, package: str) -> str | None:
        """Return the version that would be fetched, or nothing."""
        for row in self._apt("apt-cache", "policy", package).splitlines():
            if row.strip().startswith("Candidate:"):
                version = row.split(":", 1)[1].strip()
                return None if version == "(none)" else version
        return None

    def download(self, packages: list[str], target: Path) -> list[Path]:
        """Fetch these packages alone and return their archives."""
        target.mkdir(parents=True, exist_ok=True)
        self._apt("apt-get", "-qq", "download", *packages, cwd=target)
        return sorted(target.glob("*.deb"))

    def download_with_needs(self, packages: list[str]) -> list[Path]:
        """Fetch packages with all that the machine lacks for them and return the archives."""
        archives = self.home / "cache" / "archives"
        for old in archives.glob("*.deb"):
            old.unlink()
        flags = ("-qq", "-y", "--download-only", "--no-install-recommends")
        self._apt("apt-get", *flags, "install", *packages)
        return sorted(archives.glob("*.deb"))


def extract(archive: Path, target: Path, exclude: tuple[str, ...] = ()) -> None:
    """Unpack an archive's files into a folder, as the current user."""
    target.mkdir(parents=True, exist_ok=True)
    command = ["tar", "-x", "--no-same-owner", "-C", str(target)]
    command += [f"--exclude={pattern}" for pattern in exclude]
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(archive)],
        stdout=subprocess.PIPE,
    ) as source:
        done = subprocess.run(command, stdin=source.stdout, check=False)
    if source.returncode or done.returncode:
        raise say.CommandFailed(f"unpacking {archive.name} failed")


def own_suite() -> str:
    """Return the code name of the Debian release that this machine runs."""
    release = platform.freedesktop_os_release()
    return release.get("VERSION_CODENAME", "stable")
