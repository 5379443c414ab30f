"""Odoo's own command line against one of the checkout's clusters.

    python -m tools.odoo_cli [--cluster demo] init DB MODULES
    python -m tools.odoo_cli [--cluster demo] update DB MODULES
    python -m tools.odoo_cli [--cluster demo] shell DB [SCRIPT]
    python -m tools.odoo_cli [--cluster demo] test DB TAGS [MODULES]
    python -m tools.odoo_cli [--cluster demo] drop DB
    python -m tools.odoo_cli config
"""

import argparse
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools import oca, odoo_source, postgres, say
from tools.paths import ADDONS, ROOT, var_dir, venv_python

NOISE = "odoo.addons.rpc.controllers.jsonrpc:ERROR"
Progress = Callable[[int, int], None]
_LOADING = re.compile(r"Loading module \S+ \((\d+)/(\d+)\)")
_TROUBLE = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) ")


def addons_path() -> list[Path]:
    """Return Odoo's add-on folders, ours and OCA's."""
    own = [ADDONS] if any(ADDONS.glob("*/__manifest__.py")) else []
    return [*odoo_source.addons_dirs(odoo_source.ensure()), *own, oca.ensure()]


def data_dir(cluster: postgres.Cluster) -> Path:
    """Return Odoo's data folder (filestore, sessions) for a cluster."""
    return var_dir("odoo", cluster.name)


def write_config(
    path: Path, cluster: postgres.Cluster, options: dict[str, object] | None = None
) -> Path:
    """Write an Odoo configuration for a cluster and return its path; it is private to us."""
    values: dict[str, object] = {
        "addons_path": ",".join(map(str, addons_path())),
        "data_dir": data_dir(cluster),
        "db_host": cluster.socket,
        "db_port": postgres.PORT,
        "db_user": postgres.ROLE,
        "admin_passwd": secrets.token_urlsafe(24),
        "list_db": False,
        "log_handler": f":INFO,{NOISE}",
        "max_cron_threads": 0,
        "workers": 0,
        "http_interface": "127.0.0.1",
    }
    values |= options or {}
    text = "[options]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def environment(cluster: postgres.Cluster) -> dict[str, str]:
    """Return the environment for Odoo and for what it calls (createdb, the browser)."""
    env = cluster.env()
    for name in ("PYTHONPATH", "PYTHONHOME", "ODOO_RC"):
        env[name] = ""
    env["PYTHONUNBUFFERED"] = "1"
    env["LC_ALL"] = "C.UTF-8"
    env["TZ"] = "UTC"
    return env


def command(config: Path, *arguments: str) -> list[str]:
    """Return an Odoo command with the checkout's Python."""
    head, *rest = arguments or ("server",)
    return [str(venv_python()), "-m", "odoo", head, "-c", str(config), *rest]


def _config(cluster: postgres.Cluster) -> Path:
    return write_config(var_dir("run") / f"cli-{cluster.name}.conf", cluster)


def install(
    cluster: postgres.Cluster,
    db: str,
    modules: list[str],
    *,
    update: bool = False,
    on_progress: Progress | None = None,
) -> None:
    """Install (or update) modules in a database, which is made where missing.

    Odoo logs which module of how many it loads; that is what `on_progress` hears. A module that
    logs an error while loading makes this fail, although Odoo itself would go on.
    """
    cluster.start()
    errors: list[str] = []

    def listen(row: str) -> None:
        loading = _LOADING.search(row)
        if loading and on_progress:
            on_progress(int(loading[1]), int(loading[2]))
        if _TROUBLE.search(row):
            errors.append(row)

    verb = "-u" if update else "-i"
    say.stream(
        command(_config(cluster), "server", "-d", db, verb, ",".join(modules),
                "--stop-after-init", "--no-http"),
        listen, env=environment(cluster), cwd=ROOT, log=var_dir("log") / f"odoo-{db}.log",
    )
    if errors:
        raise say.CommandFailed("\n".join(errors[:10]))


def shell(
    cluster: postgres.Cluster,
    db: str,
    script: str,
    *,
    env: dict[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Run Python in `odoo shell` (which knows `env`) and return what it printed."""
    cluster.start()
    argv = command(_config(cluster), "shell", "-d", db, "--no-http", "--log-level=warn")
    rows: list[str] = []

    def listen(row: str) -> None:
        rows.append(row)
        if on_line:
            on_line(row)

    say.stream(argv, listen, env={**environment(cluster), **(env or {})}, cwd=ROOT,
               log=var_dir("log") / f"shell-{db}.log", stdin=script)
    text = "\n".join(rows)
    if "Traceback (most recent call last)" in text:
        raise say.CommandFailed(f"odoo shell failed on {db}\n{text[-3000:]}")
    return text


def drop(cluster: postgres.Cluster, db: str) -> None:
    """Drop a database and its filestore."""
    cluster.start()
    cluster.drop(db)
    shutil.rmtree(data_dir(cluster) / "filestore" / db, ignore_errors=True)


def main() -> None:
    """Run one of the commands named in the module's text."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--cluster", default="test", choices=sorted(postgres.CLUSTERS))
    parser.add_argument("verb", choices=("init", "update", "shell", "test", "drop", "config"))
    parser.add_argument("rest", nargs="*")
    given = parser.parse_args()
    cluster, rest = postgres.CLUSTERS[given.cluster], given.rest
    cluster.start()
    if given.verb == "config":
        say.line(str(_config(cluster)))
    elif given.verb in ("init", "update"):
        install(cluster, rest[0], rest[1].split(","), update=given.verb == "update")
    elif given.verb == "drop":
        drop(cluster, rest[0])
    elif given.verb == "shell":
        script = Path(rest[1]).read_text() if len(rest) > 1 else sys.stdin.read()
        say.line(shell(cluster, rest[0], script))
    elif given.verb == "test":
        _test(cluster, *rest)


def _test(cluster: postgres.Cluster, db: str, tags: str, modules: str = "ai_close") -> None:
    """Run Odoo's own test runner on a database while updating modules; shows the log."""
    from tools.odoo_server import free_port

    argv = command(
        _config(cluster), "server", "-d", db, "-u", modules, "--test-tags", tags,
        "--stop-after-init", "-p", str(free_port(18069)),
    )
    done = subprocess.run(
        argv, env={**os.environ, **environment(cluster)}, cwd=ROOT, check=False
    )
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
