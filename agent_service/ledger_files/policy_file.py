"""policy.json: what a company decided, for a check without Odoo; each key may be left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from agent_service.core.checks import Rule
from agent_service.errors import BadInput
from agent_service.policy_json import read_object

_SHARED = (
    "approval_limits", "one_person_limit", "holidays", "close_days", "analytic_required", "asset_words",
    "vague_words", "factoring_accounts", "overdraft_limits",
)  # fmt: skip
_ACCOUNT_ROLES = {
    "suspense_account": "suspense", "transfer_account": "transfer", "clearing_accounts": "clearing",
    "private_accounts": "private",
}  # fmt: skip


@dataclass(frozen=True)
class LedgerPolicy:
    """The values of a policy file as they stand there."""

    values: Mapping[str, Any]

    @property
    def zone(self) -> str:
        """Return the company's time zone, UTC when none is named."""
        return str(self.values.get("timezone") or "UTC")

    @property
    def company_currency(self) -> str | None:
        """Return the currency of the books, if it is named."""
        return self.values.get("company_currency") or None

    def snapshot_day(self) -> date | None:
        """Return the day of the snapshot in the company's time zone."""
        value = self.values.get("snapshot_at")
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise _bad("snapshot_at", "a UTC time like 2026-11-05T06:00:00Z") from None
        return moment.astimezone(ZoneInfo(self.zone)).date() if moment.tzinfo else moment.date()

    def day(self, name: str) -> date | None:
        """Return a day of the policy."""
        value = self.values.get(name)
        if not value:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise _bad(name, "a date like 2026-10-31") from None

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        """Return a list of objects of the policy."""
        value = self.values.get(name) or []
        if not isinstance(value, list) or any(not isinstance(one, dict) for one in value):
            raise _bad(name, "a list of objects")
        return value

    def company_name(self, company: int) -> str:
        """Return a company's name."""
        named = (str(one.get("name") or "") for one in self.rows("companies") if one.get("id") == company)
        return next(named, "") or f"company {company}"

    def company_partners(self) -> dict[int, int]:
        """Return the partner that stands for each company."""
        return {int(one["id"]): int(one["partner"]) for one in self.rows("companies") if one.get("partner")}

    def users(self) -> set[str]:
        """Return the logins that the policy names."""
        return {str(one["approved_by"]) for one in self.rows("reopenings") if one.get("approved_by")}

    def account_ids(self, name: str, accounts: pl.DataFrame | None) -> list[int]:
        """Return the accounts behind a key; they are named by code, or by id."""
        value = self.values.get(name)
        if value is None or accounts is None:
            return []
        codes = dict(accounts.drop_nulls("code").select("code", "id").iter_rows())
        ids = set(accounts["id"].to_list())
        found = []
        for one in value if isinstance(value, list) else [value]:
            if str(one) in codes:
                found.append(codes[str(one)])
            elif str(one).isdigit() and int(one) in ids:
                found.append(int(one))
        return found

    def params(self, rules: Iterable[Rule], accounts: pl.DataFrame | None) -> dict[str, Any]:
        """Return the policy as the core reads it: each parameter goes to every rule that has it."""
        by_rule = {str(code): dict(own) for code, own in (self.values.get("rules") or {}).items()}
        for rule in rules:
            own = {name: self.values[name] for name in rule.parameters if self.values.get(name) is not None}
            by_rule[rule.code] = {**own, **by_rule.get(rule.code, {})}
        settings = {name: self.values[name] for name in _SHARED if self.values.get(name) is not None}
        settings["overdraft_limits"] = {
            account: str(one.get("amount", 0))
            for one in self.rows("overdraft_limits")
            for account in LedgerPolicy({"it": one.get("account")}).account_ids("it", accounts)
        }
        return {
            "materiality": self.values.get("materiality"),
            "tolerance_units": self.values.get("tolerance_units", 1),
            "timezone": self.zone,
            "roles": {role: self.account_ids(name, accounts) for name, role in _ACCOUNT_ROLES.items()},
            "rules": by_rule,
            "settings": settings,
        }

    def frames(self, company: int, users: Mapping[str, int]) -> dict[str, pl.DataFrame]:
        """Return the datasets that the policy stands in for: taxes, locks, reopenings, companies."""
        found: dict[str, pl.DataFrame] = {}
        if "taxes" in self.values:
            found["taxes"] = self._taxes()
        if "locks" in self.values:
            rows = [one for one in self.rows("locks") if one.get("company", company) == company]
            found["locks"] = pl.DataFrame(
                {
                    "id": list(range(1, len(rows) + 1)),
                    "through": [_date(one.get("through"), "locks.through") for one in rows],
                    "locked_at": [str(one.get("locked_at") or "") or None for one in rows],
                },
                schema={"id": pl.Int64, "through": pl.Date, "locked_at": pl.String},
            )
            again = [one for one in self.rows("reopenings") if one.get("company", company) == company]
            found["reopenings"] = pl.DataFrame(
                {
                    "id": list(range(1, len(again) + 1)),
                    "move_id": [one.get("move") for one in again],
                    "approved_by": [users.get(str(one.get("approved_by") or "")) for one in again],
                    "begin": [one.get("from") for one in again],
                    "end": [one.get("to") for one in again],
                },
                schema={
                    "id": pl.Int64, "move_id": pl.Int64, "approved_by": pl.Int64, "begin": pl.String,
                    "end": pl.String,
                },
            )  # fmt: skip
        if self.rows("companies"):
            rows = self.rows("companies")
            found["companies"] = pl.DataFrame(
                {
                    "id": [one.get("id") for one in rows],
                    "name": [str(one.get("name") or "") for one in rows],
                    "partner_id": [one.get("partner") for one in rows],
                },
                schema={"id": pl.Int64, "name": pl.String, "partner_id": pl.Int64},
            )
        return found

    def _taxes(self) -> pl.DataFrame:
        given = self.values["taxes"]
        rows = (
            [
                {"code": code, **(own if isinstance(own, dict) else {"rate": own})}
                for code, own in given.items()
            ]
            if isinstance(given, dict)
            else self.rows("taxes")
        )
        return pl.DataFrame(
            {
                "id": list(range(1, len(rows) + 1)),
                "code": [str(one.get("code") or "") for one in rows],
                "rate": [_decimal(one.get("rate", 0)) for one in rows],
                "type": [str(one.get("type") or "percent") for one in rows],
                "factors": [_factors(one.get("factors")) for one in rows],
                "cash_basis": [bool(one.get("cash_basis")) for one in rows],
            },
            schema={
                "id": pl.Int64, "code": pl.String, "rate": pl.String, "type": pl.String, "factors": pl.String,
                "cash_basis": pl.Boolean,
            },
        )  # fmt: skip


def read_policy(path: Path | None) -> LedgerPolicy:
    """Return the policy of a file, an empty one without; raises BadInput."""
    if path is None:
        return LedgerPolicy({})
    policy = LedgerPolicy(read_object(path))
    try:
        ZoneInfo(policy.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise _bad("timezone", "a time zone like Europe/Berlin") from None
    return policy


def _bad(name: str, wanted: str) -> BadInput:
    return BadInput(f"The policy's {name} is not {wanted}", "Mend the policy file.")


def _date(value: Any, name: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _bad(name, "a date like 2026-10-31") from None


def _decimal(value: Any) -> str:
    try:
        return str(Decimal(str(value)))
    except ArithmeticError:
        raise _bad("taxes", "a rate like 20.0") from None


def _factors(value: Any) -> str | None:
    if value is None:
        return None
    return ";".join(
        _decimal(one)
        for one in (value if isinstance(value, Sequence) and not isinstance(value, str) else [value])
    )
