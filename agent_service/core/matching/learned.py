"""What the matcher learned of one company: who pays under which name, where lines without items go, and how
much each reason weighs. A `Learned` is a version: frozen, told apart by its digest, plain JSON outside.

Nothing here decides: a name that paid for a customer before is evidence beside the amount and the document's
number, and one name may have paid for several customers.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from agent_service.core.errors import MatcherError
from agent_service.core.matching.model import Key, Line
from agent_service.core.matching.payers import keys_of

FORMAT = 1
"""The shape of a version's JSON; another number is refused, not guessed."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A partner whom a name, account or label paid for: `seen` times out of `total` under that key."""

    partner: Key
    seen: int
    total: int

    @property
    def share(self) -> float:
        """Return how much of the evidence is this partner's, 0 to 1: one sighting is no certainty."""
        return self.seen / (self.total + 1)


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Where lines of a key and sign went without items: `agreed` of `seen` times to this kind, account."""

    kind: str
    account: Key | None
    agreed: int
    seen: int

    @property
    def share(self) -> float:
        """Return how sure that makes the next one, 0 to 1."""
        return self.agreed / (self.seen + 1)


Weights = Mapping[str, Mapping[str, float]]
"""Weights by family of explanations ("items", "without_items") and feature; "bias" is the constant."""


@dataclass(frozen=True)
class Learned:
    """One version of what was learned. `weights` hold what differs from the published ones (`weights.py`).

    `curves` hold, per family, rising points (stated, measured) that bend what is stated to what turned out.
    `aliases` and `counterparts` are looked up by the keys of `payers.keys_of`, the latter by key and sign
    ("+" money in, "-" money out).
    """

    aliases: Mapping[str, tuple[Alias, ...]] = field(default_factory=dict)
    counterparts: Mapping[tuple[str, str], tuple[Counterpart, ...]] = field(default_factory=dict)
    weights: Weights = field(default_factory=dict)
    curves: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    trained: Mapping[str, Any] = field(default_factory=dict)
    """What it was trained on: rows, first and last day, rows by what people did; it names no person."""

    @classmethod
    def default(cls) -> "Learned":
        """Return what there is before anybody taught anything: the published weights alone."""
        return cls()

    def partners(self, line: Line) -> tuple[Alias, ...]:
        """Return the partners that lines like this one paid for, the likeliest first.

        Each partner once, with the evidence of the key that speaks loudest for it.
        """
        if not self.aliases:
            return ()
        best: dict[Key, Alias] = {}
        for key in keys_of(line):
            for alias in self.aliases.get(key, ()):
                known = best.get(alias.partner)
                if known is None or alias.share > known.share:
                    best[alias.partner] = alias
        return tuple(sorted(best.values(), key=lambda one: (-one.share, str(one.partner))))

    def counterpart(self, line: Line) -> Counterpart | None:
        """Return where lines like this one went, if people settled such ones without an item."""
        sign = "-" if line.amount < 0 else "+"
        found = [one for key in keys_of(line) for one in self.counterparts.get((key, sign), ())]
        return min(found, key=lambda one: (-one.share, -one.seen, str(one)), default=None)

    def account_of(self, kind: str) -> Key | None:
        """Return the account that takes most lines of a kind, whoever the payer."""
        seen: dict[Key, int] = {}
        for places in self.counterparts.values():
            for one in places:
                if one.kind == kind and one.account is not None:
                    seen[one.account] = seen.get(one.account, 0) + one.agreed
        return min(seen, key=lambda account: (-seen[account], str(account)), default=None)

    @cached_property
    def digest(self) -> str:
        """Return the version's own mark: 16 hexadecimal digits of what it holds."""
        text = json.dumps(self.payload(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]

    def payload(self) -> dict[str, Any]:
        """Return the version as plain JSON, the same for the same contents."""
        return {
            "format": FORMAT,
            "aliases": {
                key: [[one.partner, one.seen, one.total] for one in places]
                for key, places in sorted(self.aliases.items())
            },
            "counterparts": [
                [key, sign, [[one.kind, one.account, one.agreed, one.seen] for one in places]]
                for (key, sign), places in sorted(self.counterparts.items())
            ],
            "weights": {family: dict(sorted(one.items())) for family, one in sorted(self.weights.items())},
            "curves": {
                family: [list(point) for point in points] for family, points in sorted(self.curves.items())
            },
            "trained": dict(self.trained),
        }

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "Learned":
        """Return the version that a payload holds. Raises MatcherError where it has another shape."""
        if not isinstance(payload, Mapping) or payload.get("format") != FORMAT:
            raise MatcherError("this matcher version has another format")
        try:
            made = cls(
                aliases={
                    str(key): tuple(
                        Alias(_key(who), _count(seen), _count(total)) for who, seen, total in places
                    )
                    for key, places in payload["aliases"].items()
                },
                counterparts={
                    (str(key), _sign(sign)): tuple(
                        Counterpart(str(kind), None if to is None else _key(to), _count(agreed), _count(seen))
                        for kind, to, agreed, seen in places
                    )
                    for key, sign, places in payload["counterparts"]
                },
                weights={
                    str(family): {str(name): _number(value) for name, value in one.items()}
                    for family, one in payload["weights"].items()
                },
                curves={
                    str(family): tuple((_number(at), _number(to)) for at, to in points)
                    for family, points in payload["curves"].items()
                },
                trained=dict(payload["trained"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MatcherError(f"this matcher version can't be read: {error}") from error
        return made


def same(one: Learned, other: Learned) -> bool:
    """Tell whether two versions would say the same of every line, whatever they were trained on."""
    return all(
        getattr(one, part.name) == getattr(other, part.name)
        for part in fields(Learned)
        if part.name != "trained"
    )


def _key(value: object) -> Key:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"{value!r} names no record")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError(f"{value!r} is no count")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
        raise TypeError(f"{value!r} is no weight")
    return float(value)


def _sign(value: object) -> str:
    if value not in ("+", "-"):
        raise ValueError(f"{value!r} is no sign")
    return str(value)
