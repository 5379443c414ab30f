"""What must never be flagged, told by origin alone: never by a user, a journal's name, a label or an amount.

ACC006 and ACC010 spare nobody.
"""

import polars as pl

SPARES_NOBODY = ("ACC006", "ACC010")

BY_ORIGIN: dict[str, tuple[str, ...]] = {
    "cash_basis": ("ACC004", "ACC007", "ACC008", "ACC009", "EXF", "STA"),
    "payment": ("EXF011", "CLS004", "ACC008", "STA001", "CMP006", "EXF008", "EXF009", "EXF015"),
    "statement_line": ("CMP006", "EXF008", "EXF009", "EXF010", "EXF011", "STA001", "STA002"),
    "deferral": ("CUT001", "EXF003", "EXF012"),
    "accrual": ("CUT001", "EXF003", "EXF012"),
    "recurring": ("EXF003", "EXF008", "EXF009"),
    "tax_closing": ("EXF008", "EXF011", "STA"),
    "staged": ("EXF008", "EXF009", "EXF010", "EXF011", "EXF012", "STA"),
    "import": ("EXF009", "EXF010", "CUT004"),
    "stock": ("CMP006", "EXF011", "ACC008", "CLS006"),
    "pos": ("CMP006", "EXF", "STA"),
    "expense": ("EXF006", "EXF013"),
}
"""Codes, or beginnings of codes, that an entry of this origin is spared."""

ALL_BUT: dict[str, tuple[str, ...]] = {"exchange": ("CUT004", "CUT005"), "opening": ()}
"""Origins that every rule spares except these."""

REVERSAL_PAIR = ("ACC008", "EXF001", "EXF003", "STA")
"""Spared when the entry reverses another one, or was reversed."""


def exempt(code: str) -> pl.Expr:
    """Tell by the columns `origin` and `pair` whether an entry is spared by a rule."""
    if code in SPARES_NOBODY:
        return pl.lit(value=False)
    kinds = [kind for kind, codes in BY_ORIGIN.items() if code.startswith(codes)]
    kinds += [kind for kind, judged in ALL_BUT.items() if code not in judged]
    spared = pl.col("origin").is_in(kinds).fill_null(value=False)
    if code.startswith(REVERSAL_PAIR):
        spared = spared | pl.col("pair").fill_null(value=False)
    return spared
