"""A book as a workbook: a sheet a section, figures as numbers, totals as formulas with their value beside.

The same book gives the same bytes: the archive bears no time of its own, and the creation date is the book's.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from .shape import ALERT, AMOUNT, COUNT, DATE, FIGURES, PERCENT

WIDEST, NARROWEST = 60, 9
# Excel takes no more in one cell.
MOST_CHARS = 32_767


def render(book):
    """Return the workbook of ``book`` (bytes)."""
    out = BytesIO()
    workbook = Workbook(out, {"in_memory": True, "constant_memory": False, "remove_timezone": True})
    head = book["head"]
    moment = datetime.fromisoformat(head["moment"]).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    workbook.set_properties(
        {
            "title": head["title"],
            "subject": head["subtitle"],
            "company": head["company"],
            "author": "AI Close",
            "created": moment,
            "comments": head["footer"],
        }
    )
    styles, names = _Styles(workbook), set()
    for number, part in enumerate(book["sections"], 1):
        sheet = workbook.add_worksheet(_sheet_name(number, part["title"], names))
        _Sheet(sheet, styles, head).fill(part, head if number == 1 else None)
    workbook.close()
    return out.getvalue()


def _sheet_name(number, title, names):
    """Return a name that Excel takes: 31 characters, none of its own marks, each once."""
    name = re.sub(r"[\[\]:*?/\\']", " ", f"{number} {title}")[:31].strip()
    if name.lower() in names:
        name = f"{name[:28]} {number}"
    names.add(name.lower())
    return name


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook):
        self.workbook, self.made = workbook, {}

    def get(self, **values):
        key = tuple(sorted(values.items()))
        if key not in self.made:
            self.made[key] = self.workbook.add_format(values)
        return self.made[key]

    def figure(self, column, **more):
        kind = column["kind"]
        places = "." + "0" * column["decimals"] if kind == AMOUNT and column["decimals"] else ""
        shape = {COUNT: "#,##0", PERCENT: '0.0"%"'}.get(kind, f"#,##0{places}")
        return self.get(num_format=shape, align="right", valign="top", **more)


class _Sheet:
    def __init__(self, sheet, styles, head):
        self.sheet, self.styles, self.head = sheet, styles, head
        self.row, self.widths = 0, {}
        self.frozen = False

    def fill(self, part, first):
        """Write a section; ``first`` is the head of the book, on its first sheet."""
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{_footer(self.head['running'])}&R&P / &N")
        if first:
            self._line(first["title"], bold=True, font_size=16)
            self._line(first["subtitle"], font_color="#444444")
        self._line(part["title"], bold=True, font_size=13)
        if self.head["draft"]:
            self._line(self.head["status"], bold=True, font_color="#9C0006")
        for each in part["notices"]:
            loud = {"bold": True, "font_color": "#9C0006"} if each["level"] == ALERT else {}
            self._line(each["text"], **loud)
        self.row += 1
        for label, value in part["facts"]:
            sheet.write_string(self.row, 0, label[:MOST_CHARS], self.styles.get(bold=True, valign="top"))
            sheet.write_string(self.row, 1, value[:MOST_CHARS], self.styles.get(valign="top"))
            self.row += 1
        self.row += bool(part["facts"])
        for each in part["tables"]:
            self._table(each)
        labels = max((len(label) for label, _value in part["facts"]), default=0)
        self.widths[0] = max(self.widths.get(0, NARROWEST), min(labels + 1, 32))
        for place, width in sorted(self.widths.items()):
            sheet.set_column(place, place, width)

    def _line(self, text, **style):
        self.sheet.write_string(self.row, 0, text[:MOST_CHARS], self.styles.get(**style))
        self.row += 1

    def _table(self, table):
        if table["title"]:
            self._line(table["title"], bold=True)
        if not table["rows"]:
            self._line(table["empty"], italic=True)
        else:
            self._head(table["columns"])
            first = self.row
            for row in table["rows"]:
                for place, (value, column) in enumerate(zip(row, table["columns"], strict=True)):
                    self._cell(place, value, column)
                self.row += 1
            if table["total"]:
                self._totals(table, first)
        if table["note"]:
            self._line(table["note"], italic=True, font_color="#444444")
        self.row += 1

    def _head(self, columns):
        for place, column in enumerate(columns):
            right = {"align": "right"} if column["kind"] in FIGURES else {}
            style = self.styles.get(
                bold=True, bottom=1, bg_color="#E8E8E8", text_wrap=True, valign="bottom", **right
            )
            self.sheet.write_string(self.row, place, column["label"], style)
            self._widen(place, max(map(len, column["label"].split() or [""])))
        self.row += 1

    def _cell(self, place, value, column):
        sheet, kind = self.sheet, column["kind"]
        if kind in FIGURES and value is None:
            style = self.styles.get(bold=True, align="right", valign="top", font_color="#9C0006")
            sheet.write_string(self.row, place, self.head["no_data"], style)
        elif kind in FIGURES and value != "" and _is_figure(value):
            sheet.write_number(self.row, place, float(Decimal(str(value))), self.styles.figure(column))
            self._widen(place, len(str(value)) + len(str(value)) // 3)
        elif kind == DATE and value:
            sheet.write_datetime(
                self.row,
                place,
                date.fromisoformat(value),
                self.styles.get(num_format="yyyy-mm-dd", valign="top", align="left"),
            )
            self._widen(place, 11)
        elif value not in (None, ""):
            # always as a string: what people write must not become a formula
            text = str(value)[:MOST_CHARS]
            sheet.write_string(self.row, place, text, self.styles.get(text_wrap=True, valign="top"))
            self._widen(place, max(map(len, text.splitlines()), default=0))

    def _totals(self, table, first):
        for place, (value, column) in enumerate(zip(table["total"], table["columns"], strict=True)):
            line = {"bold": True, "top": 1, "bottom": 6}
            if column["total"]:
                cells = f"{xl_rowcol_to_cell(first, place)}:{xl_rowcol_to_cell(self.row - 1, place)}"
                shown = float(Decimal(str(value)))
                self.sheet.write_formula(
                    self.row, place, f"=SUM({cells})", self.styles.figure(column, **line), shown
                )
                self._widen(place, len(str(value)) + len(str(value)) // 3 + 1)
            else:
                self.sheet.write_string(self.row, place, str(value or ""), self.styles.get(**line))
        self.row += 1

    def _widen(self, place, chars):
        self.widths[place] = max(self.widths.get(place, NARROWEST), min(chars + 2, WIDEST))


def _is_figure(value):
    return not isinstance(value, str) or value.lstrip("-").replace(".", "", 1).isdigit()


def _footer(text):
    """Return ``text`` for a footer, where ``&`` begins a command."""
    return text.replace("&", "&&")[:200]
