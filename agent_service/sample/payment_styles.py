"""How payers write: a fixed share of each style in every month, in a random order."""

from random import Random

CUSTOMERS = {"exact": 58, "compact": 9, "no_ref": 9, "damaged": 6, "truncated": 5, "multi": 8, "short": 5}
VENDORS = {"exact": 72, "no_ref": 8, "truncated": 8, "multi": 12}


class Deck:
    """Deals one style a payment; over all payments the shares are as exact as whole numbers let them be."""

    def __init__(self, rng: Random, shares: dict[str, int], payments: int) -> None:
        whole = sum(shares.values())
        counts = {style: payments * share // whole for style, share in shares.items()}
        by_rest = sorted(shares, key=lambda style: (-(payments * shares[style] % whole), style))
        for style in by_rest[: payments - sum(counts.values())]:
            counts[style] += 1
        self._styles = [style for style, count in counts.items() for _ in range(count)]
        rng.shuffle(self._styles)

    def deal(self) -> str:
        """Return the next payment's style."""
        return self._styles.pop(0) if self._styles else "exact"

    def put_off(self, style: str) -> str:
        """Give a style to a later payment that would be exact; this one becomes exact instead."""
        if "exact" in self._styles:
            self._styles[self._styles.index("exact")] = style
        return "exact"
