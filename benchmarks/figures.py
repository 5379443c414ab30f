"""Figures that stand alone, beside ratios: what was measured, and where wanted its bound."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure with its unit; `wanted` is the bound that it should keep, `kept` whether it does."""

    what: str
    value: str
    wanted: str = ""
    kept: bool | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the figure as it is kept in a file."""
        return {"what": self.what, "value": self.value, "wanted": self.wanted, "kept": self.kept}


def at_most(what: str, value: float, bound: float, unit: str = "", places: int = 4) -> Figure:
    """Return a figure that should not be above its bound."""
    return Figure(what, f"{value:.{places}f}{unit}", f"at most {bound:g}{unit}", value <= bound)


def at_least(what: str, value: float, bound: float, unit: str = "", places: int = 4) -> Figure:
    """Return a figure that should not be below its bound."""
    return Figure(what, f"{value:.{places}f}{unit}", f"at least {bound:g}{unit}", value >= bound)
