"""Accepting many matches in one call, against one call each: what server and database spend on it."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import requests

from benchmarks.books import sample_database
from benchmarks.figures import Figure, at_most
from benchmarks.measure import Comparison
from tools import odoo_cli, postgres, sample
from tools.odoo_server import OdooServer
from tools.paths import ROOT

# Each side accepts so many, in blocks that take turns. More than 80 at once have to be opened as a batch, and
# its worker takes 50 in a transaction: so does a call here.
MATCHES = int(os.environ.get("AI_CLOSE_BENCH_MATCHES", "1000"))
BLOCK = 50
LOGIN = "anna"
WANTED = 0.5
_SCRIPT = """
import json, sys
sys.path.insert(0, "{root}")
from benchmarks.accept_books import Books
ids = Books(env, {count}).write()
env.cr.commit()
print("RESULT " + json.dumps(ids))
"""
_BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
)
_TICK = os.sysconf("SC_CLK_TCK")


def run() -> list[Comparison | Figure]:
    """Accept both halves of the same mix, block by block, and compare what it took."""
    with sample_database("bench_accept") as (database, folder):
        count = 2 * (MATCHES + BLOCK)
        start = time.perf_counter()
        printed = odoo_cli.shell(postgres.TEST, database, _SCRIPT.format(root=ROOT, count=count))
        print(f"{count} matches proposed after {time.perf_counter() - start:.0f} s", flush=True)
        row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
        postgres.TEST.sql("ANALYZE", database)
        with OdooServer(database) as server:
            person = Person(server.url, database, sample.logins(folder)[LOGIN])
            return measured(json.loads(row.removeprefix("RESULT ")), person, Spent(server, database))


def measured(ids: list[int], person: "Person", spent: "Spent") -> list[Comparison | Figure]:
    """Accept blocks in turn (A B, B A ...); the first pair warms both up and does not count."""
    blocks = [ids[at : at + BLOCK] for at in range(0, len(ids), BLOCK)]
    work: list[Callable[[list[int]], None]] = [person.accept, person.accept_one_by_one]
    taken: list[list[tuple[float, float]]] = [[], []]
    for number in range(len(blocks) // 2):
        for side in (0, 1) if number % 2 else (1, 0):
            block = blocks.pop()
            before, start = spent.seconds(), time.perf_counter()
            work[side](block)
            clock = time.perf_counter() - start
            if number:
                taken[side].append((spent.since(before), clock))
            print(f"{len(block)} in {('one call', 'a call each')[side]}: {clock:.0f} s", flush=True)
    many, one = taken
    what = f"{BLOCK} in one call", f"{BLOCK} in one call each"
    processor, wall = (
        Comparison(*(f"{name}, {kind}" for name in what), [t[at] for t in many], [t[at] for t in one])
        for at, kind in enumerate(("processor", "clock"))
    )
    processor.note = "processor seconds of the server and of its database's backends"
    wall.note = "by the clock on the wall"
    each = [sum(t[0] for t in side) / (len(side) * BLOCK) * 1000 for side in taken]
    return [
        processor,
        wall,
        Figure("matches accepted on each side", str(len(many) * BLOCK)),
        Figure("processor time a match, in one call", f"{each[0]:.1f} ms"),
        Figure("processor time a match, one call each", f"{each[1]:.1f} ms"),
        at_most("processor time in one call, of one call each", each[0] / each[1], WANTED, places=2),
    ]


class Person:
    """A person's session, as the screen has it."""

    def __init__(self, url: str, database: str, password: str) -> None:
        """Log in."""
        self.url, self.session = url, requests.Session()
        self._rpc("/web/session/authenticate", db=database, login=LOGIN, password=password)

    def _rpc(self, path: str, **params: object) -> dict:
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        answer = self.session.post(self.url + path, json=body, timeout=900).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def accept(self, ids: list[int]) -> None:
        """Accept matches in one call, all of them."""
        infos = self._rpc(
            "/web/dataset/call_kw/ai.close.match/action_accept",
            model="ai.close.match", method="action_accept", args=[ids], kwargs={},
        )["infos"]  # fmt: skip
        if infos["done"] != ids:
            raise RuntimeError(f"{len(infos['done'])} of {len(ids)} accepted: {infos['failures'][:3]}")

    def accept_one_by_one(self, ids: list[int]) -> None:
        """Accept each in a call of its own."""
        for each in ids:
            self.accept([each])


class Spent:
    """Processor seconds of a server and of the backends of its database."""

    def __init__(self, server: OdooServer, database: str) -> None:
        """Take the server as it runs."""
        self.server, self.database = server, database

    def seconds(self) -> dict[int, float]:
        """Return what each process has used so far."""
        pids = [self.server.process.pid if self.server.process else 0]
        rows = postgres.TEST.sql(_BACKENDS.format(self.database))
        return {pid: _seconds_of(pid) for pid in [*pids, *map(int, rows.split())]}

    def since(self, before: dict[int, float]) -> float:
        """Return what was used since then."""
        return sum(used - before.get(pid, 0.0) for pid, used in self.seconds().items())


def _seconds_of(pid: int) -> float:
    """Return user and system time of a process, its threads included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK
