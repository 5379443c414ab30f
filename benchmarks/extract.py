"""Journal items through the port, against a raw `COPY` with JSON encoding and Odoo's `search_read`."""

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from agent_service import __version__
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.reader import PAGE_ROWS, PortReader
from agent_service.odoo_client.run import PortRun
from agent_service.secret import read_secret
from benchmarks.books import grow_to, sample_database
from benchmarks.measure import Comparison, compare
from tools import postgres
from tools.odoo_server import OdooServer

LINES = 1_000_000
PAGE = 5000
PREFIXES = (1, 2, 4, 8)
COMPANY = "Northwind Trading"
FIELDS = [
    "move_id", "account_id", "journal_id", "product_id", "currency_id", "partner_id", "parent_state", "name",
    "ref", "display_type", "date", "date_maturity", "reconciled", "balance", "amount_residual",
    "amount_currency", "amount_residual_currency", "purchase_line_id", "sale_line_ids", "quantity", "tax_ids",
    "tax_line_id", "analytic_distribution", "matching_number",
]  # fmt: skip
# The columns of the dataset as the tables hold them: nothing is rounded, converted or checked.
_COPY = """
    COPY (
        SELECT line.id, line.move_id, line.account_id, line.journal_id, line.product_id, line.currency_id,
               partner.commercial_partner_id, entry.state, line.name, line.ref, line.display_type, line.date,
               line.date_maturity, line.reconciled, line.balance, line.amount_residual, line.amount_currency,
               line.amount_residual_currency, line.purchase_line_id, sold.line_id, line.quantity, taxed.codes,
               line.tax_line_id, line.analytic_distribution, line.matching_number
          FROM account_move_line line
          JOIN account_move entry ON entry.id = line.move_id
          LEFT JOIN res_partner partner ON partner.id = line.partner_id
          LEFT JOIN (SELECT account_move_line_id AS id, string_agg(account_tax_id::text, ';') AS codes
                       FROM account_move_line_account_tax_rel GROUP BY 1) taxed ON taxed.id = line.id
          LEFT JOIN (SELECT invoice_line_id AS id, min(order_line_id) AS line_id
                       FROM sale_order_line_invoice_rel GROUP BY 1) sold ON sold.id = line.id
         WHERE line.company_id = {company} AND line.parent_state IN ('draft', 'posted')
         ORDER BY line.id) TO STDOUT"""


class _Encoder:
    """Takes the rows of COPY and encodes them as JSON columns, so many rows at a time."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.count = self.bytes = 0

    def write(self, row: bytes) -> None:
        """Take one row."""
        self.rows.append(row)
        if len(self.rows) >= PAGE_ROWS:
            self.flush()

    def flush(self) -> None:
        """Encode the rows that came so far."""
        if self.rows:
            split = [row.decode().rstrip("\n").split("\t") for row in self.rows]
            columns = [[None if v == "\\N" else v for v in column] for column in zip(*split, strict=True)]
            self.bytes += len(json.dumps(columns, ensure_ascii=False).encode())
            self.count += len(self.rows)
            self.rows = []


class Books:
    """One database with a server and a run of the agent, and the ways to read its journal items."""

    def __init__(self, database: str, folder: Path, url: str) -> None:
        """Begin a run."""
        self.database = database
        self.transport = connect(
            url,
            database,
            "ai-close-agent",
            read_secret(folder / "agent.key", "AI_CLOSE_KEY_FILE"),
            transport="json2",
        )
        self.port = Port(self.transport)
        self.run = PortRun(self.port, __version__)
        key = f"benchmark-extract-{time.time():.0f}"
        self.start = self.run.begin(COMPANY, "2026-10", key, "0" * 64, "cli")
        self.company = self.start.company_id
        self.datasets = self.port.hello()["datasets"]

    def read(self, rows: int | None = None, page_rows: int = PAGE_ROWS) -> int:
        """Read journal items through the port into columns, all or so many; return how many."""
        done = 0
        for page in PortReader(self.run, self.datasets, page_rows=page_rows).pages("lines"):
            done += len(page["id"])
            if rows is not None and done >= rows:
                break
        return done

    def copy(self) -> int:
        """Copy the same columns raw and encode them as JSON; return how many rows."""
        encoder = _Encoder()
        env = postgres.TEST.env()
        with psycopg2.connect(
            host=env["PGHOST"], port=env["PGPORT"], user=env["PGUSER"], dbname=self.database
        ) as connection:
            connection.cursor().copy_expert(_COPY.format(company=int(self.company)), encoder)
        encoder.flush()
        return encoder.count

    def search_read(self, rows: int) -> int:
        """Read the same fields by Odoo's own API in pages along the id; return how many rows."""
        done, after = 0, 0
        while done < rows:
            page = self.transport.call(
                "account.move.line",
                "search_read",
                domain=[["company_id", "=", self.company], ["id", ">", after]],
                fields=FIELDS,
                limit=PAGE,
                order="id",
                load=None,
            )
            done, after = done + len(page), page[-1]["id"]
        return done


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Books]:
    """Give the books of a database, served."""
    with OdooServer(database) as server:
        yield Books(database, folder, server.url)


def run() -> list[Comparison]:
    """Compare the whole ledger with `COPY`, pages with `search_read`, and parts of it with each other."""
    with sample_database("bench_extract") as (database, folder):
        grow_to(database, LINES)
        with opened(database, folder) as books:
            return measured(books)


def measured(books: Books, pairs: int = 3) -> list[Comparison]:
    """Return the comparisons for books of any size."""
    total = books.read()
    note = f"{total} journal items, {len(FIELDS) + 1} columns, /json/2, pages of {PAGE_ROWS}"
    whole = compare(
        ("port, all lines, into columns", books.read),
        ("COPY TO STDOUT and JSON encoding", books.copy),
        pairs=pairs,
        note=note,
    )
    pages = compare(
        (f"port, {PAGE_ROWS} lines", lambda: books.read(PAGE_ROWS)),
        ("search_read, load=None", lambda: books.search_read(PAGE_ROWS)),
        pairs=pairs,
        note=f"{PAGE_ROWS} of {note}",
    )
    return [whole, pages, grown(books, total)]


def grown(books: Books, total: int) -> Comparison:
    """Time growing parts of the ledger; the note holds the exponent of time over lines."""
    points = []
    for part in PREFIXES:
        start = time.perf_counter()
        rows = books.read(total * part // PREFIXES[-1])
        points.append((rows, time.perf_counter() - start))
    exponent = slope([(math.log(rows), math.log(spent)) for rows, spent in points])
    (few, few_s), (many, many_s) = points[0], points[-1]
    return Comparison(
        f"port, {many} lines",
        f"port, {few} lines, times {many / few:.1f}",
        [many_s],
        [few_s * many / few],
        note=f"growth exponent {exponent:.2f} over {', '.join(str(rows) for rows, _spent in points)} lines",
    )


def slope(points: list[tuple[float, float]]) -> float:
    """Return the slope of the line of least squares."""
    mean_x = sum(x for x, _y in points) / len(points)
    mean_y = sum(y for _x, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _y in points)
