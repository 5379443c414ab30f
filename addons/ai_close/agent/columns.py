"""Columns of a model, read by one query that keeps the reader's own access rules."""

from odoo.tools import SQL

from ..kernel.payload import PayloadError

# What a key of a table can be at most.
LAST_KEY = 2**63 - 1


class Keys(int):
    """Which rows a page holds: those behind a key, which is this number, or those of ``ids`` only."""

    ids = None
    packed = False

    def __new__(cls, after=0):
        """Return the key ``after``; a text of twenty digits may be more than the database counts."""
        key = super().__new__(cls, after)
        if key > LAST_KEY:
            raise PayloadError("after", f"{LAST_KEY} is the last key")
        return key

    @classmethod
    def of(cls, after, only, packed):
        """Return the keys of a page behind ``after``, or of just the records ``only``."""
        keys = cls(after)
        keys.ids = None if only is None else sorted(set(only))
        keys.packed = packed
        return keys


def keyed(after):
    """Return the domain of a page's rows; every dataset that searches by itself adds it to its own."""
    ids = getattr(after, "ids", None)
    return [("id", ">", int(after))] if ids is None else [("id", "in", ids)]


# How a packed column is written: its values joined by commas, an empty one for none; or a JSON list.
_PACKED = {
    "int": "string_agg(COALESCE(%s::text, ''), ',')",
    "bool": "string_agg(CASE WHEN %s THEN '1' WHEN NOT %s THEN '0' ELSE '' END, ',')",
    "text": "string_agg(COALESCE(%s, ''), ',')",
    "words": "json_agg(%s)::text",
    "json": "json_agg(%s)::text",
}
# What a stored field is; a text of any other kind may hold a comma.
_FORMS = {
    **dict.fromkeys(("integer", "many2one", "many2one_reference"), "int"),
    **dict.fromkeys(("char", "text"), "words"),
    "boolean": "bool",
    "selection": "words",
}

STAMP = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


class Table:
    """One page of a model: ``_search`` makes the query (access rights and record rules included), and each
    column is an SQL expression over it."""

    def __init__(self, model, domain, after, limit):
        self.model, self.limit = model, limit
        self.alias = model._table
        self.packed = getattr(after, "packed", False)
        self.query = model._search([*domain, *keyed(after)], order="id", limit=limit)
        self.names, self.expressions, self.forms = [], [], []
        self.ids, self._bounds = getattr(after, "ids", None), None

    def field(self, fname):
        """The SQL of a stored (or related) field; the reader's field rights are checked."""
        return self.model._field_to_sql(self.alias, fname, self.query)

    def add(self, name, expression, form="json"):
        """Add a column of any expression; ``form`` says how it is packed (``text``: never with a comma)."""
        self.names.append(name)
        self.expressions.append(expression)
        self.forms.append(form)

    def within(self, column):
        """Return the SQL condition that ``column`` is an id of this page.

        What is gathered from a table of many rows a record is so read once a page and joined, which is much
        cheaper than a look-up a record.
        """
        if self.ids is not None:
            return SQL("%s IN %s", column, tuple(self.ids) or (0,))
        if self._bounds is None:
            ids = self.query.select(SQL("%s AS id", self.field("id")))
            (self._bounds,) = self.model.env.execute_query(
                SQL("SELECT COALESCE(min(id), 0), COALESCE(max(id), 0) FROM (%s) page", ids)
            )
        return SQL("%s BETWEEN %s AND %s", column, *self._bounds)

    def gathered(self, alias, key, select):
        """Join ``select``, which gives one row a value of its column ``key``, as ``alias`` on our id."""
        self.query.add_join(
            "LEFT JOIN",
            alias,
            SQL("(%s)", select),
            SQL("%s = %s", SQL.identifier(alias, key), self.field("id")),
        )

    def plain(self, *fnames, **named):
        """Add columns as they are stored: ids, whole numbers, booleans, selections."""
        for name, fname in [*((fname, fname) for fname in fnames), *named.items()]:
            self.add(name, self.field(fname), _FORMS.get(self.model._fields[fname].type, "json"))

    def text(self, *fnames, **named):
        """Add texts; an empty one is null."""
        for name, fname in [*((fname, fname) for fname in fnames), *named.items()]:
            self.add(name, SQL("NULLIF(%s::text, '')", self.field(fname)), "words")

    def truth(self, *fnames):
        """Add booleans; an unset one is false."""
        for fname in fnames:
            self.add(fname, SQL("COALESCE(%s, false)", self.field(fname)), "bool")

    def day(self, *fnames):
        """Add ISO dates."""
        for fname in fnames:
            self.add(fname, SQL("%s::text", self.field(fname)), "text")

    def number(self, *fnames, **named):
        """Add quantities, prices and percents as decimal strings without trailing zeros."""
        for name, fname in [*((fname, fname) for fname in fnames), *named.items()]:
            self.add(name, SQL("trim_scale(round(%s::numeric, 6))::text", self.field(fname)), "text")

    def moment(self, name, fname):
        """Add a datetime as ISO UTC with microseconds."""
        self.add(name, SQL("to_char(%s, %s)", self.field(fname), STAMP), "text")

    def money(self, decimals, *fnames):
        """Add amounts in company currency as decimal strings."""
        for fname in fnames:
            self.add(fname, SQL("round(%s::numeric, %s)::text", self.field(fname), decimals), "text")

    def money_in(self, currency, decimals, *fnames):
        """Add amounts in the currency of the field ``currency``; company decimals where it is empty."""
        places = self._places(currency, decimals)
        for fname in fnames:
            self.add(fname, SQL("round(%s::numeric, %s)::text", self.field(fname), places), "text")

    def _places(self, currency, decimals):
        """The decimals of a row's currency as a CASE over those that differ: no look-up a row."""
        self.model.env.cr.execute("SELECT id, decimal_places FROM res_currency ORDER BY id")
        odd = [
            SQL("WHEN %s THEN %s", key, places)
            for key, places in self.model.env.cr.fetchall()
            if places != decimals
        ]
        if not odd:
            return SQL("%s", decimals)
        return SQL("CASE %s %s ELSE %s END", self.field(currency), SQL(" ").join(odd), decimals)

    def reply(self):
        """Return the page as it was asked for: in lists, or packed where there are many rows."""
        return self._packed_page() if self.packed else self.page()

    def _packed_page(self):
        """Return ``({}, next key or None, {"packed": columns, "count": rows})``, made by the database.

        A column is one text, so that no value of it becomes an object of ours.
        """
        aliases = [SQL.identifier(f"c{at}") for at in range(len(self.names))]
        inner = self.query.select(
            *(SQL("%s AS %s", one, alias) for one, alias in zip(self.expressions, aliases, strict=True))
        )
        joined = [
            SQL(_PACKED[form], *[alias] * _PACKED[form].count("%s"))
            for form, alias in zip(self.forms, aliases, strict=True)
        ]
        ((count, last, *texts),) = self.model.env.execute_query(
            SQL(
                "SELECT count(*), max(%s), %s FROM (%s) page",
                aliases[self.names.index("id")],
                SQL(", ").join(joined),
                inner,
            )
        )
        packed = {
            name: {"form": form, "values": text or ""}
            for name, form, text in zip(self.names, self.forms, texts, strict=True)
        }
        return {}, last if count == self.limit else None, {"packed": packed, "count": count}

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
