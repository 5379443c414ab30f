"""What a row costs on its way from the database through the port into the agent's columns.

Counted are processor seconds of all that take part (agent, server, its database's backends) beside the clock,
so that a full run and a night can be added up from parts that were measured in one run of the benchmark.
"""

import time
from dataclasses import dataclass

from agent_service.odoo_client.reader import PortReader
from agent_service.usecases.follow import read_whole
from agent_service.usecases.ports import RunStart
from benchmarks.accept import Spent
from benchmarks.books import grow_to, sample_database
from benchmarks.extract import Books
from tools.odoo_server import OdooServer

LINES = 60_000


@dataclass(frozen=True)
class Pace:
    """How many rows came, and what they took."""

    rows: int
    cpu_s: float
    wall_s: float

    @property
    def cpu_us(self) -> float:
        """Return processor microseconds a row."""
        return self.cpu_s / self.rows * 1e6

    @property
    def wall_us(self) -> float:
        """Return microseconds a row by the clock."""
        return self.wall_s / self.rows * 1e6


def measure(lines: int = LINES) -> Pace:
    """Grow the sample company and read all its datasets once through the port."""
    with sample_database("bench_pace") as (database, folder):
        grow_to(database, lines)
        with OdooServer(database) as server:
            return _read(Books(database, folder, server.url), Spent(server, database))


def _read(books: Books, spent: Spent) -> Pace:
    books.read(1)  # what the first call loads counts for nothing
    start: RunStart = books.start
    reader = PortReader(books.run, books.datasets)
    before, own, clock = spent.seconds(), time.process_time(), time.perf_counter()
    read = read_whole(reader, start, lambda _what: None)
    clock, own = time.perf_counter() - clock, time.process_time() - own
    return Pace(sum(read.rows.values()), own + spent.since(before), clock)


if __name__ == "__main__":
    print(measure())
