"""How long a decision on a finding holds while the finding moves on.  Pure."""

from decimal import Decimal

# A waiver covers what it was given for and this much more.
MORE_PCT = 10


def outgrown(decided: Decimal, now: Decimal) -> bool:
    """Is ``now`` more than the amount that a waiver was given for and what it still covers?"""
    return abs(now) * 100 > abs(decided) * (100 + MORE_PCT)
