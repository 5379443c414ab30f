"""Rates of a CSV file, `currency, date, rate`: foreign units for one unit of company currency, as in Odoo."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from agent_service.core.matching.model import Rates
from agent_service.errors import BadInput
from agent_service.match_files import fields
from agent_service.match_files.rows import BadRow, Skipped

_NEEDED = ("currency", "rate")


def read_rates(path: Path | None, company_currency: str, skipped: Skipped) -> Rates:
    """Return the rates of a file, none without; raises BadInput.

    Where the company's own currency has rates other than 1 the quotient counts. A rate without a date holds
    from the beginning.
    """
    if path is None:
        return Rates()
    known: dict[str, dict[date, Decimal]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise BadInput(f"{path} has no column {', '.join(missing)}", "Name it in the first row.")
            for row in rows:
                try:
                    currency, at, rate = _rate(row)
                except BadRow as error:
                    skipped.bad(path, rows.line_num, error)
                    continue
                known[currency][at] = rate
    except OSError as error:
        raise BadInput(f"{path} can't be read ({error.strerror})", "Name another file.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} is no CSV ({error})", "Write it as UTF-8 with commas.") from None
    return _per_company_unit(known, company_currency)


def _rate(row: dict[str, str | None]) -> tuple[str, date, Decimal]:
    currency = fields.currency(fields.needed(row, "currency"), "currency")
    given = row.get("date")
    at = fields.day(given, "date") if given else date.min
    try:
        rate = Decimal(fields.needed(row, "rate"))
    except InvalidOperation:
        raise fields.bad("rate", row.get("rate"), "a decimal number like 0.92") from None
    if not rate.is_finite() or rate <= 0:
        raise fields.bad("rate", row.get("rate"), "a number above zero")
    return currency, at, rate


def _per_company_unit(known: dict[str, dict[date, Decimal]], company_currency: str) -> Rates:
    base = Rates({company_currency: tuple(sorted(known.pop(company_currency, {}).items()))})
    return Rates(
        {
            name: tuple(
                (at, rate / (base.on(company_currency, at) or Decimal(1)))
                for at, rate in sorted(days.items())
            )
            for name, days in known.items()
        }
    )
