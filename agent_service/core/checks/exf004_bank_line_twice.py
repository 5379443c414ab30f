"""EXF004 Bank line imported twice.

**What it does** Reports a bank line that stands in the books a second time.

**Why it matters** Existence of cash: the bank account shows money that moved once as moved twice.

**Method** Same journal, date, amount, label and account number, and either two imports hold it, or both
lines bear the same running balance. One finding a copy. Example: −49.90 "CARD 4711" of 8 October in
imports 17
and 18 → 49.90.

**False positives** Two equal card purchases inside one import, whose running balance goes on.

**Source** ERP close lists; `account.bank.statement.line`, `unique_import_id`."""

import polars as pl

from agent_service.core.errors import NoData
from agent_service.core.facts import in_period
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "EXF004"
TITLE = "Bank line imported twice"
SEVERITY = "high"
WHY = "A line that came twice makes the bank balance wrong, and somebody will book it to something."
REMEDY = "Compare with the bank's statement and delete the copy."


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each copy; the amount is the line's, in its own currency."""
    lines = books.need("statement_lines")
    told = [one for one in ("import_batch", "running_balance") if books.has("statement_lines", one)]
    if not any(lines[one].null_count() < lines.height for one in told):
        raise NoData("no data: statement_lines come without import_batch and running_balance")
    same = ["journal_id", "date", "amount", "payment_ref", "account_number"]
    repeated = (
        lines.filter(in_period(period), pl.col("amount").fill_null(0) != 0)
        .filter(pl.len().over(same) > 1)
        .sort(*same, "id")
    )
    found = []
    for part in repeated.partition_by(same, maintain_order=True):
        first, *others = part.to_dicts()
        for row in others:
            batches = (first["import_batch"], row["import_batch"])
            two_imports = None not in batches and batches[0] != batches[1]
            running = (first["running_balance"], row["running_balance"])
            if not two_imports and (None in running or running[0] != running[1]):
                continue
            record = Record("account.bank.statement.line", row["id"], row["payment_ref"] or "")
            shown = books.currency(row["currency"]).show(row["amount"])
            found.append(
                Finding(
                    facet="two_imports" if two_imports else "running_balance",
                    anchor=record,
                    title=f"Bank line of {row['date']} over {shown} stands there twice",
                    message=f"“{row['payment_ref'] or 'no label'}” of {row['date']} over {shown} came "
                    + (
                        f"in the imports {batches[0]} and {batches[1]}."
                        if two_imports
                        else "twice with one running balance."
                    ),
                    amount=abs(row["amount"]),
                    records=(
                        record,
                        Record("account.bank.statement.line", first["id"], first["payment_ref"] or ""),
                        *(Record("account.move", one["move_id"]) for one in (row,) if one["move_id"]),
                    ),
                    evidence={"imports": [str(one or "") for one in batches], "date": str(row["date"])},
                )
            )
    return found
