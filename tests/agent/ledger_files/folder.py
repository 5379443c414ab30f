"""A ledger in files, in a few lines.

ledger = Folder(tmp_path)
ledger.move(1, "2026-10-08", (60, "250.00"), (20, "-250.00"), move_type="in_invoice", ref="A-1")
ledger.write()
"""

import csv
import json
from pathlib import Path

from agent_service.cli import call

ACCOUNTS = [
    (10, "1010", "Bank", "asset_cash", "false"),
    (11, "1020", "Suspense", "asset_current", "false"),
    (12, "1100", "Receivable", "asset_receivable", "true"),
    (20, "2000", "Payable", "liability_payable", "true"),
    (40, "4000", "Sales", "income", "false"),
    (60, "6000", "Supplies", "expense", "false"),
]
JOURNALS = {"BILL": "purchase", "INV": "sale", "BANK": "bank", "MISC": "general"}


class Folder:
    """Rows by table; columns are those that some row names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, list[dict]] = {"moves": [], "lines": []}
        self.policy: dict = {"company_currency": "USD", "materiality": "5000.00"}
        self.rows["accounts"] = [
            dict(zip(("id", "code", "name", "account_type", "reconcile"), one, strict=True))
            for one in ACCOUNTS
        ]
        self.rows["partners"] = [{"id": 5, "name": "Acme"}, {"id": 6, "name": "Borough"}]

    def add(self, table: str, **values) -> None:
        self.rows.setdefault(table, []).append(values)

    def move(
        self, number: int, day: str, *lines, journal: str = "MISC", state: str = "posted", **more
    ) -> None:
        self.add(
            "moves",
            **{
                "id": number, "company": 1, "name": f"{journal}/{number:04}", "journal": journal,
                "journal_type": JOURNALS[journal], "move_type": "entry", "date": day, "state": state,
                "currency": "USD", **more,
            },
        )  # fmt: skip
        for account, balance, *rest in lines:
            own = rest[0] if rest else {}
            self.add(
                "lines",
                **{
                    "id": len(self.rows["lines"]) + 1, "move": number, "account": account, "balance": balance,
                    "currency": "USD", "amount_currency": balance, **own,
                },
            )  # fmt: skip

    def bill(self, number: int, day: str, amount: str, ref: str, partner: int = 5, **more) -> None:
        self.move(
            number, day, (60, amount), (20, f"-{amount}"), journal="BILL", move_type="in_invoice",
            invoice_date=day, ref=ref, partner=partner, **more,
        )  # fmt: skip

    def write(self, *without: str) -> Path:
        for table, rows in self.rows.items():
            if table in without:
                continue
            columns = list(dict.fromkeys(name for row in rows for name in row))
            with (self.path / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns or ["id"])
                writer.writeheader()
                writer.writerows(rows)
        return self.path

    def check(self, *arguments: str, write: bool = True) -> tuple[int, list[dict]]:
        """Run `ai-close check`; return its exit code and findings."""
        if write:
            self.write()
        policy, out = self.path / "policy.json", self.path / "findings.jsonl"
        policy.write_text(json.dumps(self.policy))
        out.unlink(missing_ok=True)
        code = call(
            ["check", "--ledger", str(self.path), "--policy", str(policy), "--period", "2026-10",
             "--out", str(out), *arguments]
        )  # fmt: skip
        rows = [json.loads(one) for one in out.read_text().splitlines()] if out.exists() else []
        return code, rows
