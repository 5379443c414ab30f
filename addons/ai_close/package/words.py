"""How figures are written in a package: by the book's own marks, never by those of whoever builds it."""

from .shape import AMOUNT, COUNT, PERCENT


def figure(value, column, head):
    """Write the figure ``value`` of ``column`` with the marks of the book's head; None says so in words.

    A percentage is a decimal string, already times a hundred.
    """
    if value is None:
        return head["no_data"]
    if value == "":
        return ""
    kind = column["kind"]
    if kind == COUNT:
        return grouped(str(value), head)
    text = _rounded(str(value), column["decimals"] if kind == AMOUNT else 1)
    return grouped(text, head) + ("%" if kind == PERCENT else "")


def _rounded(text, decimals):
    """Give ``text`` just so many decimals; amounts have them already, so nothing is rounded here."""
    whole, _, fraction = text.partition(".")
    if len(fraction) > decimals:
        # what is finer than the column is shown as it is, rather than rounded in silence
        return text
    return whole + ("." + fraction.ljust(decimals, "0") if decimals else "")


def grouped(text, head):
    """Write a decimal string with the thousands and the decimal mark of the book's head."""
    sign = "-" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("-").partition(".")
    parts = []
    while len(whole) > 3:
        parts.insert(0, whole[-3:])
        whole = whole[:-3]
    parts.insert(0, whole)
    return sign + head["thousands"].join(parts) + (head["point"] + fraction if fraction else "")
