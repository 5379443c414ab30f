"""Text as machines compare it: no case, no accents; runs of letters and runs of digits."""

import re
import unicodedata

import polars as pl

_LETTERS = str.maketrans(
    {"ß": "SS", "Ø": "O", "Ł": "L", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ı": "I", "ẞ": "SS"}
)
_RUN = re.compile(r"[0-9]+|[^\W\d_]+")
_CHUNK = re.compile(r"[^\W_]+")


def plain(text: str | None) -> str:
    """Return text in upper case without accents, every kind of space and dash made one."""
    if not text:
        return ""
    if text.isascii():
        return " ".join(text.upper().split())  # most texts, and several times faster
    upper = unicodedata.normalize("NFKD", text.upper().translate(_LETTERS))
    bare = "".join(char for char in upper if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", re.sub(r"[‐-―−]", "-", bare)).strip()


def runs(text: str) -> list[str]:
    """Return the runs of letters and of digits in plain text, in order ("INV/26-07" → INV, 26, 07)."""
    return _RUN.findall(text)


def chunks(text: str) -> list[str]:
    """Return the words of plain text, letters and digits together ("INV/26A" → INV, 26A)."""
    return _CHUNK.findall(text)


def bare_number(run: str) -> str:
    """Return a run of digits without leading zeros; other runs as they are."""
    return run.lstrip("0") or "0" if run.isdigit() else run


def sanitized(number: str | None) -> str:
    """Return a bank account or tax number without spaces and punctuation, in upper case."""
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper())


def account_key(column: str) -> pl.Expr:
    """Return a column of bank accounts as `sanitized` does; none for an empty one."""
    bare = pl.col(column).str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    return pl.when(bare != "").then(bare)


def unspaced(word: str) -> bool:
    """Tell whether a word is of a script that writes words without blanks between them: it may stand inside
    another one (Chinese, Japanese, Thai and their like)."""
    return any("\u0e00" <= one <= "\u0eff" or "\u2e80" <= one <= "\ua4cf" or one >= "\uf900" for one in word)
