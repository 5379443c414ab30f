"""What the company decided for the matcher, as JSON; each key may be left out."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from agent_service.core.matching.model import Settings
from agent_service.errors import BadInput
from agent_service.ledger_files.tables import PLACES
from agent_service.policy_json import read_object

_MOST_DECIMALS = 6


def read_settings(path: Path | None, company_currency: str) -> Settings:
    """Return the settings of a file, the defaults without; raises BadInput.

    Keys: `bands` {auto, review}, `decimals` {currency: places}, `own_accounts`, `own_names` (lists of texts),
    `tolerances` {name: number}. Unknown keys are ignored.
    """
    if len(company_currency) != 3 or not company_currency.isalpha() or not company_currency.isupper():
        raise BadInput(f"{company_currency!r} is no currency", "Write three capital letters, like USD.")
    values = {} if path is None else read_object(path)
    bands = _record(values, "bands")
    auto = _share(bands, "auto", Settings.auto_from)
    review = _share(bands, "review", Settings.review_from)
    if review > auto:
        raise _bad("bands", "two shares with review at most auto")
    return Settings(
        company_currency=company_currency,
        decimals={**PLACES, **_decimals(_record(values, "decimals"))},
        auto_from=auto,
        review_from=review,
        own_accounts=_texts(values, "own_accounts"),
        own_names=_texts(values, "own_names"),
        tolerances={name: _number(name, one) for name, one in _record(values, "tolerances").items()},
    )


def _record(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = values.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _bad(name, "an object like {...}")
    return value


def _number(name: str, value: Any) -> Decimal:
    try:
        made = Decimal(str(value))
    except InvalidOperation:
        raise _bad(name, "a number") from None
    if isinstance(value, bool) or not made.is_finite():
        raise _bad(name, "a number")
    return made


def _share(bands: Mapping[str, Any], name: str, default: Decimal) -> Decimal:
    if bands.get(name) is None:
        return default
    made = _number(f"band {name}", bands[name])
    if not 0 <= made <= 1:
        raise _bad(f"band {name}", "a number from 0 to 1")
    return made


def _decimals(given: Mapping[str, Any]) -> dict[str, int]:
    for name, places in given.items():
        if isinstance(places, bool) or not isinstance(places, int) or not 0 <= places <= _MOST_DECIMALS:
            raise _bad(f"decimals of {name}", f"a whole number from 0 to {_MOST_DECIMALS}")
    return dict(given)


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _bad(name, "a list of texts")
    return tuple(value)


def _bad(name: str, wanted: str) -> BadInput:
    return BadInput(f"The policy's {name} is not {wanted}", "Mend the policy file.")
