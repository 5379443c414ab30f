"""Plants every fault in the clean books, with what the company decided, and gives the policy of the run."""

from datetime import date, timedelta
from typing import Any

from tests.agent.planted import plants_balances, plants_documents, plants_fraud, plants_orders
from tests.agent.planted.books import Books
from tests.agent.planted.chart import ACCOUNT_ID, ACCOUNTS, HOME, SISTER
from tests.agent.planted.noise_tools import months


def finish(books: Books) -> None:
    """Add what describes the books themselves."""
    books.rows["accounts"] = [
        {
            "id": ACCOUNT_ID[code],
            "code": code,
            "name": name,
            "account_type": kind,
            "reconcile": code in {"1500", "2400", "1941", "1942"},
        }
        for code, (name, kind) in ACCOUNTS.items()
    ]


def plant(books: Books, cast: dict[str, Any]) -> None:
    """Plant all faults."""
    plants_documents.plant(books, cast)
    plants_orders.plant(books)
    plants_fraud.plant(books, cast)
    plants_balances.plant(books, cast)
    for series, day in (("FAK/2026/", date(2026, 9, 16)), ("DIV/2026/09/", date(2026, 9, 24))):
        books.skipped.add((series, day))
        books.plant("CMP003", f"a number is missing in {series}", ("journals", series[:3]))


def break_statements(books: Books) -> None:
    """Spoil statements; to be called when they are made."""

    def september(journal: str) -> list[dict[str, Any]]:
        return [
            one
            for one in books.rows["statements"]
            if one["journal"] == journal and one["date"].month == 9 and one["date"].year == 2026
        ]

    spoilt = september("SPA")[1]
    spoilt["balance_start"] += 50_000
    books.plant(
        "CMP005",
        "starts 500.00 higher than the last one ended",
        ("statements", spoilt["id"]),
        ("journals", "SPA"),
    )
    spoilt = september("VAK")[-1]
    spoilt["balance_end_real"] -= 12_300
    books.plant(
        "CMP005", "its lines do not lead to its end", ("statements", spoilt["id"]), ("journals", "VAK")
    )
    late = [
        one for one in books.rows["statements"] if one["journal"] == "DEP" and one["date"] > date(2026, 9, 20)
    ]
    gone = {one["id"] for one in late}
    moves = {one["move"] for one in books.rows["statement_lines"] if one["statement"] in gone}
    for table, name, numbers in (
        ("statements", "id", gone),
        ("statement_lines", "statement", gone),
        ("moves", "id", moves),
        ("lines", "move", moves),
    ):
        books.rows[table] = [one for one in books.rows[table] if one.get(name) not in numbers]
    books.plant(
        "CMP005",
        "the last statement ends too early",
        ("journals", "DEP"),
        *(("statements", one["id"]) for one in books.rows["statements"] if one["journal"] == "DEP"),
    )


def policy(cast: dict[str, Any]) -> dict[str, Any]:
    """Return what the company decided."""
    locks = []
    for month in months()[1:-1]:
        through = month - timedelta(days=1)
        locks.append(
            {"company": HOME, "through": str(through), "locked_at": f"{month.replace(day=8)}T18:00:00Z"}
        )
    return {
        "company_currency": "NOK",
        "timezone": "Europe/Oslo",
        "period_start": "2026-09-01",
        "period_end": "2026-09-30",
        "snapshot_at": "2026-10-06T04:00:00Z",
        "materiality": "500000",
        "approval_limits": ["100000", "1000000"],
        "companies": [
            {"id": HOME, "name": "Kikkert Instrument AS", "partner": cast["home"]},
            {"id": SISTER, "name": "Kikkert Utleie AS", "partner": cast["sister"]},
        ],
        "taxes": {
            code: {"rate": rate, "type": "percent"}
            for code, rate in (("I25", 25), ("I15", 15), ("I0", 0), ("U25", 25), ("U15", 15), ("U0", 0))
        },
        "locks": locks,
        "reopenings": [],
        "holidays": ["2026-05-17"],
        "close_days": [],
        "suspense_account": "1909",
        "transfer_account": "1908",
        "clearing_accounts": ["2960"],
        "private_accounts": ["2060"],
        "analytic_required": [{"company": HOME, "account_prefix": "732", "plan": "Kampanje"}],
        "asset_words": ["fresemaskin", "gaffeltruck"],
        "vague_words": ["div", "diverse", "korr"],
    }
