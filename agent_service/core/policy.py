"""A typed view of the policy in force: thresholds, tolerance, roles, bands and each rule's parameters.

A rule names its parameters with their defaults in its own file; the policy overrides them one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from agent_service.core.errors import NoData, PolicyError
from agent_service.core.money import Currency, parse_minor

Parameter = int | Decimal | str | bool


@dataclass(frozen=True)
class RuleParameters:
    """The parameters of one rule: its own defaults, overridden by the policy's."""

    code: str
    values: Mapping[str, Any]

    def integer(self, name: str) -> int:
        """Return a whole number."""
        value = self.decimal(name)
        if value != int(value):
            raise PolicyError(f"{self.code}: {name} should be a whole number, not {value}")
        return int(value)

    def decimal(self, name: str) -> Decimal:
        """Return an exact number."""
        try:
            return Decimal(str(self.values[name]))
        except (KeyError, InvalidOperation) as error:
            raise PolicyError(f"{self.code}: {name} is no number") from error


@dataclass(frozen=True)
class Policy:
    """What the company decided; amounts are minor units of company currency."""

    currency: Currency
    materiality_minor: int | None = None
    tolerance_units: int = 1
    roles: Mapping[str, Any] = field(default_factory=dict)
    auto_from: Decimal = Decimal("0.95")
    review_from: Decimal = Decimal("0.70")
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What rules share: words, limits, holidays, other accounts; see docs/rules.md."""
    timezone: str = "UTC"

    @classmethod
    def from_params(cls, params: Mapping[str, Any], currency: Currency) -> "Policy":
        """Return the policy of the port's parameters; an empty one is all defaults. Raises PolicyError."""
        try:
            bands = params.get("bands") or {}
            materiality = params.get("materiality")
            return cls(
                currency=currency,
                materiality_minor=parse_minor(str(materiality), currency.decimals) if materiality else None,
                tolerance_units=int(params.get("tolerance_units", 1)),
                roles=dict(params.get("roles") or {}),
                auto_from=Decimal(str(bands.get("auto", "0.95"))),
                review_from=Decimal(str(bands.get("review", "0.70"))),
                # the days of tie-outs stand in a section of their own, and are read as a rule's
                rules={**(params.get("rules") or {}), "TIE": dict(params.get("tie_outs") or {})},
                settings=_settings(params.get("settings") or {}),
                timezone=str(params.get("timezone") or "UTC"),
            )
        except PolicyError:
            raise
        except Exception as error:
            raise PolicyError(f"the policy can't be read: {error}") from error

    def enabled(self, code: str) -> bool:
        """Tell whether a rule, matcher or proposer is switched on (the default)."""
        return bool(self.rules.get(code, {}).get("enabled", True))

    def parameters(self, code: str, defaults: Mapping[str, Parameter]) -> RuleParameters:
        """Return a rule's parameters, the policy's over the defaults."""
        own = {name: value for name, value in self.rules.get(code, {}).items() if value is not None}
        return RuleParameters(code, {**defaults, **own})

    def severity(self, code: str, default: str) -> str:
        """Return the severity that the policy gives a rule."""
        return str(self.rules.get(code, {}).get("severity") or default)

    def band(self, confidence: Decimal) -> str:
        """Return auto, review or ask for a confidence."""
        if confidence >= self.auto_from:
            return "auto"
        return "review" if confidence >= self.review_from else "ask"

    def tolerance_minor(self, lines: int) -> int:
        """Return T: one rounding unit (or what the policy says) for each line involved."""
        return self.tolerance_units * self.currency.step_minor * max(1, lines)

    def share(self, of_materiality: Decimal | str) -> int:
        """Return a share of M; raises NoData while M is unknown."""
        if self.materiality_minor is None:
            raise NoData("no data: materiality is not set and can't be derived from the books")
        return int(Fraction(Decimal(of_materiality)) * self.materiality_minor)

    def amount(self, parameters: "RuleParameters", name: str) -> int:
        """Return a parameter in minor units: "0.05 M" is a share of M, a number is company currency."""
        value = str(parameters.values.get(name, "")).strip()
        if value.upper().endswith("M"):
            try:
                return self.share(Decimal(value[:-1].strip()))
            except InvalidOperation as error:
                raise PolicyError(f"{parameters.code}: {name} is no share of M: {value!r}") from error
        return self.currency.minor(parameters.decimal(name))

    def words(self, name: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """Return a list of words of the policy."""
        value = self.settings.get(name)
        if value is None:
            return tuple(default)
        return tuple(str(one) for one in (value if isinstance(value, list | tuple) else [value]))

    def with_materiality(self, minor: int | None) -> "Policy":
        """Return the policy with M filled in where it is unset."""
        return self if self.materiality_minor is not None else replace(self, materiality_minor=minor or None)

    def role_ids(self, *names: str) -> frozenset[int]:
        """Return the account ids behind roles; a role may name one account or several."""
        found: set[int] = set()
        for name in names:
            value = self.roles.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                found.add(value)
            elif isinstance(value, list | tuple):
                found.update(int(one) for one in value)
        return frozenset(found)

    def role(self, name: str) -> int | None:
        """Return the one account behind a role, if it is mapped."""
        ids = self.role_ids(name)
        return next(iter(ids)) if len(ids) == 1 else None


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shared settings; overdrafts that come as a list of account and amount go by account."""
    settings = dict(given)
    overdrafts = settings.get("overdraft_limits")
    if isinstance(overdrafts, list | tuple):
        settings["overdraft_limits"] = {int(one["account"]): one["amount"] for one in overdrafts}
    successors = settings.get("successors")
    if isinstance(successors, list | tuple):
        settings["successors"] = {str(one["account"]): int(one["successor"]) for one in successors}
    return settings
