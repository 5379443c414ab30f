"""An Odoo server of our own: on a free port, ready when it answers, stopped by its process id.

    with OdooServer("some_database") as server:
        requests.get(server.url)
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools import odoo_cli, postgres, say
from tools.locking import locked
from tools.paths import ROOT, var_dir

_READY_S = 300


def free_port(first: int = 8069, *, host: str = "127.0.0.1") -> int:
    """Return the first port from `first` on that nobody listens on."""
    for port in range(first, first + 2000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    say.fail(f"no free port from {first} on")
    raise AssertionError


def _alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    except PermissionError:
        return True
    return state != "Z"


def _is_ours(pid: int, config: Path) -> bool:
    """Tell whether a process id still belongs to the server started with this configuration."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    return str(config) in words


class OdooServer:
    """One server process for one database."""

    def __init__(
        self,
        db: str,
        *,
        port: int | None = None,
        cluster: postgres.Cluster = postgres.TEST,
        name: str | None = None,
        cron: bool = False,
        options: dict[str, object] | None = None,
    ) -> None:
        """Choose the database; `port` is where the search for a free port begins."""
        self.db = db
        self.cluster = cluster
        self.name = name or f"{db}-{os.getpid()}"
        self.first_port = port or 18100
        self.port: int | None = None
        self.cron = cron
        self.options = options or {}
        self.config = var_dir("run") / f"{self.name}.conf"
        self.state = var_dir("run") / f"{self.name}.json"
        self.log = var_dir("log") / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address without a final slash."""
        if self.port is None:
            raise RuntimeError("the server is not started")
        return f"http://127.0.0.1:{self.port}"

    def _recorded(self) -> dict[str, int] | None:
        try:
            record = json.loads(self.state.read_text())
        except (OSError, ValueError):
            return None
        pid = record["pid"]
        return record if _alive(pid) and _is_ours(pid, self.config) else None

    def running(self) -> bool:
        """Tell whether this server (also one of an earlier call) runs, and learn its port."""
        record = self._recorded()
        if record:
            self.port = record["port"]
        return record is not None

    def start(self) -> "OdooServer":
        """Start the server, or adopt the one that runs, and wait until it answers."""
        self.cluster.start()
        if self.running():
            self._wait_ready()
            return self
        for _attempt in range(5):
            # One of ours at a time: two that look at once would find the same port, and one would then
            # take the other's answer for its own server's.
            with locked(var_dir("run") / "server-start.lock"):
                self.port = free_port(self.first_port)
                self._spawn()
                try:
                    self._wait_ready()
                except OSError as error:  # somebody took the port between the look and the bind
                    if "Address already in use" not in str(error):
                        raise
                    self.first_port = self.port + 1
                    continue
                return self
        raise say.CommandFailed(f"no port could be kept, see {self.log}")

    def _spawn(self) -> None:
        odoo_cli.write_config(self.config, self.cluster, {
            "http_port": self.port,
            "gevent_port": free_port(self.port + 1),
            "db_name": self.db,
            "dbfilter": f"^{self.db}$",
            "max_cron_threads": 1 if self.cron else 0,
            **self.options,
        })
        with self.log.open("ab") as handle:
            self._log_from = handle.tell()
            self.process = subprocess.Popen(
                odoo_cli.command(self.config, "server"),
                env={**os.environ, **odoo_cli.environment(self.cluster)},
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=handle, stderr=handle,
                start_new_session=True,
            )
        self.state.write_text(json.dumps({"pid": self.process.pid, "port": self.port}))

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                raise OSError(f"Odoo ended at once, see {self.log}\n{self.log_tail()}")
            try:
                for path in ("/web/health", "/web/login"):
                    with urllib.request.urlopen(self.url + path, timeout=60) as answer:  # noqa: S310
                        answer.read()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        self.stop()
        raise say.CommandFailed(f"Odoo did not answer within {_READY_S} s\n{self.log_tail()}")

    def log_tail(self, lines: int = 25) -> str:
        """Return the last lines of the log of this start."""
        with self.log.open("rb") as handle:
            handle.seek(getattr(self, "_log_from", 0))
            return "\n".join(handle.read().decode(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """End the server: politely, then by force."""
        record = self._recorded()
        if record:
            pid = record["pid"]
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 15
            while _alive(pid) and time.monotonic() < deadline:
                if self.process:
                    self.process.poll()
                time.sleep(0.05)
            if _alive(pid):
                os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
            self.process = None
        self.state.unlink(missing_ok=True)
        self.config.unlink(missing_ok=True)

    def __enter__(self) -> "OdooServer":
        """Start it."""
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        """Stop it."""
        self.stop()


def main(arguments: list[str]) -> None:
    """`start|stop DB [CLUSTER]`: run a server beside this process, for trying things out."""
    verb, db = arguments[0], arguments[1]
    cluster = postgres.CLUSTERS[arguments[2] if len(arguments) > 2 else "test"]
    server = OdooServer(db, cluster=cluster, name=f"serve-{db}")
    if verb == "start":
        say.line(f"{server.start().url}  (log {server.log})")
    else:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
