"""Python packages through the machine's own configuration: uv where it can, pip otherwise."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tools import apt, say
from tools.locking import locked
from tools.paths import ROOT, cache_dir

REQUIREMENTS = ROOT / "tools" / "requirements"
SYSTEM_PYTHONS = Path("/usr/bin")
# The hashes decide what may be installed; a folder of wheels on the machine must not.
_IGNORED = ("PIP_FIND_LINKS", "PIP_NO_INDEX", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def clean_env() -> dict[str, str]:
    """Return the environment for installers, without what would bend the lock."""
    kept = {key: value for key, value in os.environ.items() if key not in _IGNORED}
    kept["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return kept


def _bootstrap_home() -> Path:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return cache_dir() / f"uv-{version}"


def _make_pip(home: Path) -> None:
    """Make a small environment with pip, also where Debian's python3-venv is missing."""
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(home)], capture_output=True, check=False
    )
    if done.returncode == 0:
        return
    say.run([sys.executable, "-m", "venv", "--clear", "--without-pip", home])
    source = apt.PrivateApt(apt.own_suite())
    source.update()
    for archive in source.download(["python3-pip-whl"], cache_dir() / "pip-wheel"):
        apt.extract(archive, home / "deb")
    wheel = next((home / "deb" / "usr" / "share" / "python-wheels").glob("pip-*.whl"))
    python = home / "bin" / "python"
    say.run([python, f"{wheel}/pip", "install", "-q", "--no-index", wheel], env={"PYTHONPATH": ""})


def _quiet_run(command: list[object], env: dict[str, str] | None = None) -> str:
    """Run an installer in the clean environment."""
    argv = [str(part) for part in command]
    done = subprocess.run(
        argv, env=env or clean_env(), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, cwd=ROOT,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise say.CommandFailed(f"{' '.join(argv)} ended with {done.returncode}\n{tail}")
    return done.stdout


def pip() -> list[str]:
    """Return the command of a pip that is not the machine's own, making it where missing."""
    home = _bootstrap_home()
    uv()
    return [str(home / "bin" / "python"), "-m", "pip"]


def uv() -> str:
    """Return a uv, fetched by hash with pip into the cache."""
    home = _bootstrap_home()
    binary = home / "bin" / "uv"
    if binary.exists():
        return str(binary)
    with locked(cache_dir() / "uv.lock"):
        if binary.exists():
            return str(binary)
        with say.step("installer (uv)"):
            _make_pip(home)
            lock = REQUIREMENTS / "uv.txt"
            _quiet_run([home / "bin" / "python", "-m", "pip", "install", "-q",
                        "--require-hashes", "-r", lock])
    return str(binary)


def uv_env() -> dict[str, str]:
    """Return uv's environment, with the index and the certificates that pip is configured for."""
    env = clean_env()
    home = _bootstrap_home()
    listing = subprocess.run(
        [str(home / "bin" / "python"), "-m", "pip", "config", "list"],
        capture_output=True, text=True, check=False, env=env,
    ).stdout
    settings = dict(row.split("=", 1) for row in listing.splitlines() if "=" in row)
    values = {key.rpartition(".")[2]: value.strip("'\"") for key, value in settings.items()}
    if "UV_DEFAULT_INDEX" not in env and "UV_INDEX_URL" not in env and values.get("index-url"):
        env["UV_DEFAULT_INDEX"] = values["index-url"]
    if values.get("cert") and Path(values["cert"]).exists():
        env.setdefault("SSL_CERT_FILE", values["cert"])
    env.setdefault("UV_HTTP_TIMEOUT", "180")
    env.setdefault("UV_CACHE_DIR", str(cache_dir() / "uv-cache"))
    env["UV_PYTHON_DOWNLOADS"] = "never"
    return env


def sync(python: Path, lock: Path) -> None:
    """Make an environment hold exactly what the lock names, each archive checked by its hash."""
    base = [uv(), "pip", "sync", "-q", "--require-hashes", "-p", python, lock]
    try:
        _quiet_run(base, uv_env())
    except say.CommandFailed as error:
        say.line(f"  uv failed, trying pip: {str(error).splitlines()[-1]}")
        _quiet_run([*pip(), "--python", python, "install", "-q", "--require-hashes", "-r", lock])


def compile_lock(source: Path, target: Path) -> None:
    """Write one hash lock for Python 3.11 and later that names no index and no path."""
    flags = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header",
             "--no-emit-index-url", "--no-emit-find-links", "--upgrade"]
    command = [uv(), "pip", "compile", "-q", *flags, source.relative_to(ROOT), "-o", target]
    env = {k: v for k, v in uv_env().items() if k not in ("UV_FIND_LINKS", "UV_EXTRA_INDEX_URL")}
    _quiet_run(command, env)
    for word in ("--index-url", "--extra-index", "--find-links", "file://"):
        if word in target.read_text():
            say.fail(f"{target.name} names a place of this machine: {word}")


def update_locks() -> None:
    """Compile every lock of the project anew."""
    for name, target in (
        ("agent.in", ROOT / "requirements.txt"),
        ("dev.in", ROOT / "requirements-dev.txt"),
        ("uv.in", REQUIREMENTS / "uv.txt"),
    ):
        with say.step(f"locking {target.name}"):
            compile_lock(REQUIREMENTS / name, target)


def which_python() -> str:
    """Return the Python to make environments from: this one or its faster twin; stop when it is too old."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file must say so, not fail to parse
        newer = next((p for p in map(shutil.which, ("python3.12", "python3.11")) if p), None)
        if not newer:
            say.fail("Python 3.11 or newer is needed")
        return newer
    return _faster_twin() or sys.executable


def _faster_twin() -> str | None:
    """Return the system's Python of this version where this one was compiled without optimisation, or none.

    A distribution builds its Python with profiles (PGO); one that pyenv compiles on the machine lacks them
    unless it was asked for, and all that Odoo does takes a sixth longer.
    """
    configured = sysconfig.get_config_var("CONFIG_ARGS") or ""
    if sys.platform != "linux" or sys.base_prefix == "/usr" or "--enable-optimizations" in configured:
        return None
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    twin = SYSTEM_PYTHONS / f"python{minor}"
    # A distribution may ship the language without parts of its library: Odoo and the agent need these.
    probe = "import bz2, ctypes, lzma, sqlite3, ssl, sys, zlib; print('%d.%d' % sys.version_info[:2])"
    if not twin.exists():
        return None
    done = subprocess.run([str(twin), "-I", "-c", probe], capture_output=True, text=True, check=False)
    return str(twin) if done.stdout.strip() == minor else None


if __name__ == "__main__":
    update_locks()
