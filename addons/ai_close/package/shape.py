"""A book: what the close package says, as plain data that canonical JSON takes.

    book    = {"format", "head", "sections"}
    section = {"code", "title", "notices", "facts", "tables"}
    table   = {"title", "columns", "rows", "total", "empty", "note"}
    column  = {"label", "kind", "decimals", "total"}

Cells are texts, integers, or None; amounts are decimal strings, debit positive.  None in a column of figures
means that there is no data, and every renderer says so: it is never blank and never zero.
"""

from decimal import Decimal

FORMAT = 1

TEXT, AMOUNT, COUNT, PERCENT, DATE = "text", "amount", "count", "percent", "date"
FIGURES = frozenset({AMOUNT, COUNT, PERCENT})

# How loud a notice is: what has to be seen before anything else, and what is good to know.
ALERT, INFO = "alert", "info"


def column(label, kind=TEXT, *, decimals=2, total=False):
    """Describe a column; ``total`` has it added up, which figures of one currency or number allow."""
    return {"label": label, "kind": kind, "decimals": decimals, "total": total}


def notice(text, level=INFO):
    """Return a sentence that stands above the tables of its section."""
    return {"level": level, "text": text}


def table(title, columns, rows, *, empty, note="", total_label="Total", no_data_label=""):
    """Return a table; its totals are added here, exactly, so that every renderer shows the same.

    :param empty: the sentence that stands there when there are no rows
    :param no_data_label: with ``%s`` for the number of rows without data; joins the label of the totals
    """
    rows = [list(row) for row in rows]
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{title}: {len(row)} cells in {len(columns)} columns")
    return {
        "title": title,
        "columns": list(columns),
        "rows": rows,
        "total": _total(columns, rows, total_label, no_data_label),
        "empty": empty,
        "note": note,
    }


def _total(columns, rows, label, no_data_label):
    if not rows or not any(each["total"] for each in columns):
        return None
    sums, without = [], 0
    for place, each in enumerate(columns):
        if not each["total"]:
            sums.append("")
            continue
        known = [row[place] for row in rows if row[place] not in (None, "")]
        without = max(without, sum(row[place] is None for row in rows))
        amount = sum(map(Decimal, map(str, known)), Decimal(0))
        sums.append(format(amount, "f") if each["kind"] == AMOUNT else int(amount))
    first = next((place for place, each in enumerate(columns) if each["kind"] not in FIGURES), None)
    if first is not None and not columns[first]["total"]:
        sums[first] = label + (f" ({no_data_label % without})" if without and no_data_label else "")
    return sums


def section(code, title, *, notices=(), facts=(), tables=()):
    """Return a section; ``facts`` are pairs of a label and a text."""
    return {
        "code": code,
        "title": title,
        "notices": list(notices),
        "facts": [[label, "" if value in (None, False) else str(value)] for label, value in facts],
        "tables": list(tables),
    }


def texts(book):
    """Yield every text of a book that a renderer prints."""
    yield from book["head"].values()
    for part in book["sections"]:
        yield part["title"]
        for each in part["notices"]:
            yield each["text"]
        for pair in part["facts"]:
            yield from pair
        for each in part["tables"]:
            yield from (each["title"], each["empty"], each["note"])
            yield from (column["label"] for column in each["columns"])
            for row in (*each["rows"], each["total"] or ()):
                yield from row
