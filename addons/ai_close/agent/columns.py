"""Columns of a model, read by one query that keeps the reader's own access rules."""

from odoo.tools import SQL


class Keys(int):
    """Which rows a page holds: those behind a key, which is this number, or those of ``ids`` only."""

    ids = None

    @classmethod
    def of(cls, ids):
        """Return the keys of a page that holds just these records."""
        keys = cls(0)
        keys.ids = sorted(set(ids))
        return keys


def keyed(after):
    """Return the domain of a page's rows; every dataset that searches by itself adds it to its own."""
    ids = getattr(after, "ids", None)
    return [("id", ">", int(after))] if ids is None else [("id", "in", ids)]


STAMP = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


class Table:
    """One page of a model: ``_search`` makes the query (access rights and record rules included), and each
    column is an SQL expression over it."""

    def __init__(self, model, domain, after, limit):
        self.model, self.limit = model, limit
        self.alias = model._table
        self.query = model._search([*domain, *keyed(after)], order="id", limit=limit)
        self.names, self.expressions = [], []

    def field(self, fname):
        """The SQL of a stored (or related) field; the reader's field rights are checked."""
        return self.model._field_to_sql(self.alias, fname, self.query)

    def add(self, name, expression):
        """Add a column of any expression."""
        self.names.append(name)
        self.expressions.append(expression)

    def plain(self, *fnames, **named):
        """Add columns as they are stored: ids, whole numbers, booleans, selections."""
        for name, fname in [*((fname, fname) for fname in fnames), *named.items()]:
            self.add(name, self.field(fname))

    def text(self, *fnames, **named):
        """Add texts; an empty one is null."""
        for name, fname in [*((fname, fname) for fname in fnames), *named.items()]:
            self.add(name, SQL("NULLIF(%s::text, '')", self.field(fname)))

    def truth(self, *fnames):
        """Add booleans; an unset one is false."""
        for fname in fnames:
            self.add(fname, SQL("COALESCE(%s, false)", self.field(fname)))

    def day(self, *fnames):
        """Add ISO dates."""
        for fname in fnames:
            self.add(fname, SQL("%s::text", self.field(fname)))

    def number(self, *fnames, **named):
        """Add quantities, prices and percents as decimal strings without trailing zeros."""
        for name, fname in [*((fname, fname) for fname in fnames), *named.items()]:
            self.add(name, SQL("trim_scale(round(%s::numeric, 6))::text", self.field(fname)))

    def moment(self, name, fname):
        """Add a datetime as ISO UTC with microseconds."""
        self.add(name, SQL("to_char(%s, %s)", self.field(fname), STAMP))

    def money(self, decimals, *fnames):
        """Add amounts in company currency as decimal strings."""
        for fname in fnames:
            self.add(fname, SQL("round(%s::numeric, %s)::text", self.field(fname), decimals))

    def money_in(self, currency, decimals, *fnames):
        """Add amounts in the currency of the field ``currency``; company decimals where it is empty."""
        for fname in fnames:
            self.add(
                fname,
                SQL(
                    "round(%s::numeric, COALESCE("
                    "(SELECT decimal_places FROM res_currency WHERE id = %s), %s))::text",
                    self.field(fname),
                    self.field(currency),
                    decimals,
                ),
            )

    def page(self):
        """Return ``(columns, next key or None)``."""
        rows = self.model.env.execute_query(self.query.select(*self.expressions))
        columns = (
            dict(zip(self.names, map(list, zip(*rows, strict=True)), strict=True))
            if rows
            else {name: [] for name in self.names}
        )
        return columns, columns["id"][-1] if len(rows) == self.limit else None


def as_columns(names, rows):
    """Turn rows (tuples in the order of ``names``) into columns."""
    columns = {name: [] for name in names}
    for row in rows:
        for name, value in zip(names, row, strict=True):
            columns[name].append(value)
    return columns
