"""From a seed to files: the plan, the truth and the bank's file of the last month."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from agent_service.sample import (
    accruals,
    camt,
    chart,
    cutoffs,
    numbering,
    payments,
    planted,
    rates,
    statements,
    truth,
)
from agent_service.sample.builder import Builder, new_plan
from agent_service.sample.documents import Document, Plan
from agent_service.sample.flows import adjusted as adjusting
from agent_service.sample.flows import finance, group, orders, payroll, vendors
from agent_service.sample.ledger import Ledger

# Days after the closing date that the rates reach: the books are read some time into the next month.
RATE_TAIL_DAYS = 20


@dataclass
class Sample:
    """What the generator makes."""

    plan: Plan
    truth: dict
    camt: bytes
    coming: list[Document] = field(default_factory=list)
    """Bills for the last month that its books don't hold."""


def make(
    seed: int = 7, months: int = 3, scale: int = 1, end: str = "2026-10", *, adjusted: bool = False
) -> Sample:
    """Return the sample company of a seed: the same seed gives the same bytes.

    `adjusted` makes months with work for every proposer; see flows/adjusted.py.
    """
    plan = new_plan(seed, months, scale, end, adjusting.LIGHT_MONTHS if adjusted else 0)
    plan.accounts, plan.journals = chart.accounts(), chart.journals()
    build_months = Builder(plan, rates.Rates({})).months
    plan.rates = rates.walk(seed, build_months[0].start, build_months[-1].end, RATE_TAIL_DAYS)
    build = Builder(plan, rates.Rates(plan.rates))
    truths = planted.Truths()
    for flow in (orders, vendors, payroll, finance, group):
        flow.add(build)
    if adjusted:
        adjusting.add(build, truths)
    accruals.add(build, truths)
    planted.add(build, truths)
    numbering.assign(build)
    finance.close_taxes(build, Ledger(plan, build.rates).taxes("trading"))
    payments.Payments(build, truths.unpaid).add()
    statements.add(build)
    plan.policy = _policy()
    if adjusted:
        plan.policy["roles"] |= adjusting.ROLES
    cutoffs.add(build, truths)
    return Sample(plan, truth.build(plan, truths, build.rates, build.coming), _bank_file(plan), build.coming)


def _bank_file(plan: Plan) -> bytes:
    statement = next(s for s in plan.statements if not s.loaded)
    journal = next(j for j in plan.journals if j.key == statement.journal)
    company = next(c for c in plan.companies if c.key == statement.company)
    owner = next(p for p in plan.partners if p.key == company.partner)
    return camt.write(statement, statements.file_lines(plan), journal, company.currency, owner)


def _policy() -> dict:
    """Return the first policy; accounts and journals by code, which the loader replaces by ids."""
    return {
        "materiality": "5000.00",
        "tolerance_units": 1,
        "roles": {
            "grni": chart.GRNI,
            "billed_not_received": chart.BILLED_NOT_RECEIVED,
            "suspense": [chart.SUSPENSE],
            "accrued_liability": chart.ACCRUED,
            "fx_gain": chart.FX_GAIN,
            "fx_loss": chart.FX_LOSS,
            "bank_fees": chart.BANK_FEES,
            "interest_expense": chart.INTEREST,
            "interest_income": chart.INTEREST_INCOME,
            "discount_given": chart.DISCOUNT_GIVEN,
            "discount_taken": chart.DISCOUNT_TAKEN,
            "rounding": chart.PAYMENT_DIFFERENCES,
            "withholding": chart.TAX_WITHHELD,
            "payroll_clearing": chart.WAGES_PAYABLE,
            "tax_payable": chart.TAX_PAYABLE,
        },
        "adjustment_journal": "ADJ",
        "bands": {"auto": "0.95", "review": "0.70"},
        "limits": {"match": "10000.00", "entry_controller": "10000.00"},
        "rules": {
            "CMP001": {"enabled": True},
            "CMP002": {"enabled": True, "silent_min_months": 6},
            "CMP004": {"enabled": True},
            "CMP008": {"enabled": True},
            "CLS004": {"enabled": True},
            "EXF001": {"enabled": True},
            "STA001": {"enabled": True, "outlier_z": "6", "sta_min_history": 8},
        },
    }


def plain(value: object) -> object:
    """Turn a record into what JSON knows: decimals as strings, days as ISO texts."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key.isoformat() if isinstance(key, date) else key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def dump(value: object) -> bytes:
    """Return JSON bytes that are the same for the same value."""
    return (json.dumps(plain(value), ensure_ascii=False, indent=1) + "\n").encode()


def statement_file_name(end: str) -> str:
    """Return the name of the bank's file."""
    return f"statement-{end}.camt053.xml"


def write(sample: Sample, folder: Path) -> list[Path]:
    """Write plan, truth and bank file into a folder; a reader never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "plan.json": dump(sample.plan),
        "truth.json": dump(sample.truth),
        statement_file_name(sample.plan.end): sample.camt,
    }
    written = []
    for name, data in files.items():
        path = folder / name
        partial = path.with_suffix(path.suffix + ".part")
        partial.write_bytes(data)
        os.replace(partial, path)
        written.append(path)
    return written
