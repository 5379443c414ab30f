"""Lines that pay no item: bank fees, interest, pay, taxes, own transfers, lines that cancel each other."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from agent_service.core.matching.confidence import compete, probability
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.line_facts import KINDS, Facts, features
from agent_service.core.matching.model import Key, Line, ProposalKind, Rates, Reason, Settings
from agent_service.core.matching.pairs import Pair, pairs

LEAST = 0.05
"""Below that a kind isn't worth naming."""


class Verdict(NamedTuple):
    """What a line is when it pays no item.

    `lines` are all lines of the same proposal, in order of day (two for a transfer seen on both sides and for
    lines that cancel each other); `features` are what the probability was made of.
    """

    kind: ProposalKind
    probability: float
    reasons: tuple[Reason, ...]
    account: Key | None
    lines: tuple[Key, ...]
    features: Mapping[str, float]


def classify(
    lines: Sequence[Line], settings: Settings, learned: Learned | None = None, rates: Rates | None = None
) -> dict[Key, Verdict]:
    """Return, by line id, the likeliest kind without an item; a line without any sign of one is absent.

    Both lines of a pair have the same verdict. The probability is the line's own, before explanations with
    items compete with it (`confidence.compete`). Same for every order of the lines.
    """
    learned = learned or Learned.default()
    told = [Facts(line, settings) for line in lines]
    found, left = pairs(told, settings, learned, rates or Rates())
    verdicts = {one.line.id: verdict for one in told if (verdict := _single(one, learned, left))}
    for pair in found:
        if all(_stronger(pair, verdicts.get(key)) for key in pair.lines):
            verdict = Verdict(
                pair.kind,
                pair.probability,
                pair.reasons,
                learned.account_of(pair.kind),
                pair.lines,
                pair.features,
            )
            verdicts.update(dict.fromkeys(pair.lines, verdict))
    return verdicts


def _single(one: Facts, learned: Learned, left: Collection[Key]) -> Verdict | None:
    """Return what a line is by itself: the likeliest kind, its probability after the others competed."""
    if not one.line.amount or not (one.meanings or one.party_kind == "own" or learned.counterparts):
        return None
    past = one.past(learned)
    asked = one.meanings | ({past.kind} if past else set())
    made = {kind: features(one, kind, learned) for kind in KINDS if kind in asked or one.party_kind == "own"}
    if one.line.id in left and made.get("internal_transfer", ({},))[0]:
        made["internal_transfer"][0]["pair_rivals"] = 1
        made["internal_transfer"][1].append(
            Reason("doubt_pair_rivals", "Its other side fits another line too")
        )
    told = [kind for kind in made if made[kind][0]]
    if not told:
        return None
    shares = compete([probability("without_items", made[kind][0], learned) for kind in told])
    share, kind = max(zip(shares, told, strict=True), key=lambda pair: (pair[0], -KINDS.index(pair[1])))
    if share < LEAST:
        return None
    found, reasons = made[kind]
    account = past.account if past and past.kind == kind else learned.account_of(kind)
    return Verdict(kind, share, tuple(reasons), account, (one.line.id,), found)


def _stronger(pair: Pair, other: Verdict | None) -> bool:
    """Tell whether a pair explains a line better than it explains itself.

    A transfer seen on both sides beats the same transfer seen on one.
    """
    if other is None or pair.probability >= other.probability:
        return pair.probability >= LEAST
    return other.kind == pair.kind == "internal_transfer" and pair.probability >= 0.5
