"""The sample that somebody opens before a whole band of matches is accepted, and why a match is left out."""

from .money import parse
from .shape import Int, Record

LARGEST_SIZE = 200
SHAPE = Record({"size": Int(low=1, high=LARGEST_SIZE)})
DEFAULT_SIZE = 10
# Why a match is no part of a batch, the gravest first.
REASONS = ("line_gone", "locked", "nothing", "limit")


def size_of(params):
    """Return how many rows of a batch are opened first: what the policy says, else ten."""
    return (params.get("match_sample") or {}).get("size", DEFAULT_SIZE)


def left_reason(facts):
    """Return the first of REASONS that holds in ``facts`` (reason -> does it hold?), or None."""
    return next((reason for reason in REASONS if facts[reason]), None)


def sample(amounts, size, choose):
    """Return the ids to open of ``amounts`` [(id, amount)]: the largest half of ``size``, the rest chosen.

    ``choose(ids, count)`` returns ``count`` of ``ids``; who asks for the batch must not foresee which.
    """
    ordered = [each for each, _amount in sorted(amounts, key=lambda pair: (-pair[1], pair[0]))]
    largest, rest = ordered[: (size + 1) // 2], ordered[(size + 1) // 2 :]
    return largest + list(choose(rest, min(size - len(largest), len(rest))))


def unattended_limit(params):
    """Return the amount up to which sure matches are accepted unattended, a Decimal, or None for never.

    Only the last phase, only where the policy names matches and says that they are accepted unattended, and
    never above its limit for a match.
    """
    automatic = params.get("automatic") or {}
    if params.get("phase") != "automatic" or "match" not in automatic.get("kinds", ()):
        return None
    if automatic.get("unattended") is not True:
        return None
    limits = [parse(automatic["max_amount"])]
    if (params.get("limits") or {}).get("match") is not None:
        limits.append(parse(params["limits"]["match"]))
    return min(limits)
