"""Odoo's balances against the truth."""

import json
from collections import defaultdict
from decimal import Decimal

from agent_service.sample.chart import PRIOR_EARNINGS
from agent_service.sample.documents import Company
from agent_service.sample.load.context import Context
from agent_service.sample.months import Month


def trial_balance(env, company_id: int, month: Month) -> dict[str, Decimal]:
    """Return Odoo's balances at a month's end: the year's result, all else since the beginning."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    rows = env["account.move.line"]._read_group(
        [("parent_state", "=", "posted"), ("company_id", "=", company_id), ("date", "<=", month.end)],
        ["account_id", "date:year"],
        ["balance:sum"],
    )
    for account, year, balance in rows:
        earlier = not account.include_initial_balance and year.year < month.year
        sums[PRIOR_EARNINGS if earlier else account.code] += Decimal(f"{balance:.2f}")
    return {code: amount for code, amount in sums.items() if amount}


def differences(env, company_id: int, expected: dict[str, dict[str, str]]) -> list[str]:
    """Return a line for each account and month whose balance in Odoo is not the expected one."""
    found = []
    for text, truth in sorted(expected.items()):
        actual = trial_balance(env, company_id, Month.parse(text))
        for code in sorted(set(truth) | set(actual)):
            want, have = Decimal(truth.get(code, "0")), actual.get(code, Decimal(0))
            if want != have:
                found.append(f"{text} {code}: Odoo {have:.2f}, truth {want:.2f}")
    return found


def load(ctx: Context) -> list[str]:
    """Compare both companies with DIR/truth.json and return what differs."""
    truth = json.loads((ctx.folder / "truth.json").read_bytes())
    found = []
    for company in ctx.plan.companies:
        found += _company(ctx, company, truth["companies"][company.name]["balances"])
    return found


def _company(ctx: Context, company: Company, expected: dict) -> list[str]:
    rows = differences(ctx.env(company.key), ctx.companies[company.key].id, expected)
    return [f"{company.name} {row}" for row in rows]
