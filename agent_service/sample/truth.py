"""What is true of the plan: what bank lines pay, what was planted, what is due, what accounts hold."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

from agent_service.sample import accruals, camt, chart, recurring, revaluation
from agent_service.sample.documents import Document, Plan
from agent_service.sample.ledger import Ledger, balances
from agent_service.sample.money import ZERO, total
from agent_service.sample.months import Month
from agent_service.sample.planted import Truths
from agent_service.sample.rates import Rates
from agent_service.sample.statements import file_lines

# The checklist of a period has a task for each of the add-on's templates.
TASKS_TOTAL = 8
SLICE_RULES = (
    "ACC003",
    "CMP001",
    "CMP002",
    "CMP004",
    "CMP006",
    "CMP008",
    "CLS004",
    "CUT002",
    "EXF001",
    "STA001",
    "VAL003",
)
# Lines that name what they pay, in any letter case and with any separators, and whose amount is exactly the
# open amount of it (of all of it, where several documents are named).
SLICE_KINDS = ("exact", "compact", "multi")


def _statement_lines(plan: Plan) -> list[dict]:
    return [
        {
            "ref": camt.reference(number),
            "date": line.day,
            "amount": line.amount,
            "label": line.label,
            "partner": line.partner,
            "kind": line.kind,
            "pays": line.pays,
        }
        for number, line in enumerate(file_lines(plan), start=1)
    ]


def _after_import(plan: Plan, loaded: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return the balances of the last month once the bank's file is in: all of it on suspense."""
    moved = total(line.amount for line in file_lines(plan))
    result = defaultdict(lambda: ZERO, loaded)
    result[chart.BANK] += moved
    result[chart.SUSPENSE] -= moved
    return {code: amount for code, amount in sorted(result.items()) if amount}


def _after_matches(plan: Plan, imported: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return the balances of the last month once the slice's matches are accepted."""
    result = defaultdict(lambda: ZERO, imported)
    for line in file_lines(plan):
        if line.kind in SLICE_KINDS:
            result[chart.SUSPENSE] += line.amount
            for part in line.counterparts:
                result[part.account] += part.amount
    return {code: amount for code, amount in sorted(result.items()) if amount}


def _by_account(due: list[dict]) -> dict[str, Decimal]:
    """Return the accrual's net balance by account."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in due:
        sums[row["account"]] += row["amount"]
        sums[row["counter_account"]] -= row["amount"]
    return dict(sorted(sums.items()))


def _entries(due: list[dict], bills: list[dict], items: list[dict]) -> dict[str, int]:
    """Return how many entries are proposed: one for all orders, one for all items, one a vendor."""
    counts = {
        "FX": 1 if items else 0,
        "GR": 1 if due else 0,
        "RB": len({(bill["partner"], bill["account"]) for bill in bills}),
    }
    return {code: count for code, count in counts.items() if count}


def build(plan: Plan, truths: Truths, rates: Rates, coming: Sequence[Document] = ()) -> dict:
    """Return the whole truth of a plan; `coming` are bills for the last month that come after it."""
    postings = list(Ledger(plan, rates).postings())
    main = balances(plan, postings, "trading")
    imported = _after_import(plan, main[plan.end])
    lines = _statement_lines(plan)
    matched = [line for line in lines if line["kind"] in SLICE_KINDS]
    due = accruals.due(plan, rates)
    closing = Month.parse(plan.end).end
    bills = recurring.due(plan, coming, closing)
    items = revaluation.due(plan, rates, closing)
    slice_errors = [error for error in truths.errors if error["rule"] in SLICE_RULES]
    return {
        "seed": plan.seed,
        "end": plan.end,
        "months": plan.months,
        "scale": plan.scale,
        "company": plan.companies[0].name,
        "statement_lines": lines,
        "planted": truths.errors,
        "innocents": truths.innocents,
        "accruals": due,
        "recurring": bills,
        "revaluation": items,
        "balances": main,
        "balances_after_import": {plan.end: imported},
        "balances_after_matches": {plan.end: _after_matches(plan, imported)},
        "companies": {
            company.name: {"balances": balances(plan, postings, company.key)} for company in plan.companies
        },
        "slice": {
            "findings": dict(sorted(Counter(error["rule"] for error in slice_errors).items())),
            "severities": dict(sorted(Counter(error["severity"] for error in slice_errors).items())),
            "matches": {"auto": len(matched), "review": 0, "ask": 0},
            "matched_lines": [line["ref"] for line in matched],
            "entries": _entries(due, bills, items),
            "gr_amount": total(abs(row["amount"]) for row in due),
            "gr_net": total(row["amount"] for row in due),
            "gr_by_account": _by_account(due),
            "tasks_total": TASKS_TOTAL,
        },
    }
