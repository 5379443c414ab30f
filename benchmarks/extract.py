"""Reading journal items: a page of columns through the port against Odoo's own `search_read`."""

from agent_service import __version__
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Lease, Port
from agent_service.secret import read_secret
from benchmarks.books import multiply_posted, sample_database
from benchmarks.measure import Comparison, compare
from tools.odoo_server import OdooServer

PAGE = 5000
COPIES = 12
FIELDS = [
    "move_id",
    "date",
    "parent_state",
    "account_id",
    "journal_id",
    "partner_id",
    "name",
    "ref",
    "balance",
    "amount_currency",
    "currency_id",
    "display_type",
    "product_id",
    "reconciled",
    "amount_residual",
    "amount_residual_currency",
    "date_maturity",
    "purchase_line_id",
]


def run() -> list[Comparison]:
    """Compare one page of 5,000 journal items, and all of them in pages."""
    with sample_database("bench_extract") as (database, folder):
        total = multiply_posted(database, COPIES)
        with OdooServer(database) as server:
            transport = connect(
                server.url,
                database,
                "ai-close-agent",
                read_secret(folder / "agent.key", "AI_CLOSE_KEY_FILE"),
                transport="json2",
            )
            port = Port(transport)
            begun = port.begin("Northwind Trading", "2026-10", "benchmark-extract", __version__, "0" * 64)
            lease = Lease(begun["run_id"], begun["lease"])
            domain = [["company_id", "=", begun["company"]["id"]]]

            def ours(limit: int = PAGE) -> int:
                return port.extract(lease, "lines", 0, limit)["count"]

            def theirs(load: str | None, limit: int = PAGE) -> int:
                return len(
                    transport.call(
                        "account.move.line",
                        "search_read",
                        domain=domain,
                        fields=FIELDS,
                        limit=limit,
                        order="id",
                        load=load,
                    )
                )

            note = f"{PAGE} of {total} journal items, /json/2, {len(FIELDS)} fields"
            return [
                compare(
                    ("port, columns", ours),
                    ("search_read with names", lambda: theirs("_classic_read")),
                    note=note,
                ),
                compare(("port, columns", ours), ("search_read, load=None", lambda: theirs(None)), note=note),
            ]
