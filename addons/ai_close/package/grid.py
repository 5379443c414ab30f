"""Tables on pages: columns as wide as what stands in them, the head once more on every page."""

from .shape import FIGURES
from .words import figure

SIZE, LEADING, GAP, PAD = 7.5, 9.6, 8.0, 2.4
# A text column takes at least and at most so much before what is left is shared out.
NARROW, WIDE = 42.0, 330.0
SAMPLE = 400


def draw(pages, table, head):
    """Draw ``table`` below what stands on the page."""
    pages.need(5 * LEADING)
    if table["title"]:
        pages.paragraph(table["title"], 9.0, bold=True, after=2.0)
    if table["rows"]:
        _Grid(pages, table, head).draw()
    else:
        pages.paragraph(table["empty"], 8.5, grey=0.25)
    if table["note"]:
        pages.y += 2.0
        pages.paragraph(table["note"], 7.5, grey=0.35)
    pages.y += 6.0


class _Grid:
    def __init__(self, pages, table, head):
        self.pages, self.columns, self.head = pages, table["columns"], head
        self.rows = [self._texts(row) for row in table["rows"]]
        self.total = self._texts(table["total"]) if table["total"] else None
        # without data is printed bold: it must not pass for a figure
        self.loud = [
            [
                value is None and column["kind"] in FIGURES
                for value, column in zip(row, self.columns, strict=True)
            ]
            for row in table["rows"]
        ]
        self.widths = self._widths()

    def _texts(self, row):
        return [
            figure(value, column, self.head)
            if column["kind"] in FIGURES and not (isinstance(value, str) and _is_word(value))
            else ""
            if value is None
            else str(value)
            for value, column in zip(row, self.columns, strict=True)
        ]

    def _widths(self):
        """Figures get what they need; texts share the rest in proportion to what they would like."""
        natural = []
        shown = self.rows[:SAMPLE] + self.rows[-SAMPLE:]
        for place, column in enumerate(self.columns):
            texts = [row[place] for row in shown]
            widest = max(
                (self.pages.fonts.width(line, SIZE) for text in texts for line in text.splitlines()),
                default=0.0,
            )
            if self.total:
                widest = max(widest, self.pages.fonts.width(self.total[place], SIZE, True))
            label = column["label"]
            words = max((self.pages.fonts.width(word, SIZE, True) for word in label.split()), default=0.0)
            natural.append(max(widest, words, min(self.pages.fonts.width(label, SIZE, True), 70.0)))
        room = self.pages.right - self.pages.left - GAP * (len(natural) - 1)
        figures = [column["kind"] in FIGURES or column["kind"] == "date" for column in self.columns]
        widths = [
            each if is_figure else min(max(each, NARROW), WIDE)
            for each, is_figure in zip(natural, figures, strict=True)
        ]
        spare = room - sum(widths)
        if spare < 0:
            widths = self._squeezed(widths, figures, room)
        elif not all(figures):
            # the widest text takes what is left, up to what it would like
            place = max((i for i, is_figure in enumerate(figures) if not is_figure), key=lambda i: natural[i])
            widths[place] += min(spare, max(natural[place] - widths[place], 0.0))
        return widths

    def _squeezed(self, widths, figures, room):
        """Take from the widest texts first, then, if that is not enough, from everything alike."""
        fixed = sum(each for each, is_figure in zip(widths, figures, strict=True) if is_figure)
        texts = sorted(each for each, is_figure in zip(widths, figures, strict=True) if not is_figure)
        left, count = room - fixed, len(texts)
        if left < NARROW * count:
            share = room / sum(widths)
            return [each * share for each in widths]
        limit = left
        for each in texts:
            limit = left / count
            if each > limit:
                break
            left, count = left - each, count - 1
        return [
            each if is_figure else min(each, limit) for each, is_figure in zip(widths, figures, strict=True)
        ]

    # -- drawing

    def draw(self):
        self._head_row()
        *before, last = zip(self.rows, self.loud, strict=True)
        for row, loud in before:
            self._row(row, loud)
        if self.total and before:
            # a total without a row above it says nothing of what it adds up
            high = max(map(len, self._lines(*last)))
            self._keep(min(high, 6) * LEADING + LEADING + 4 * PAD)
        self._row(*last)
        if self.total:
            pages = self.pages
            self._keep(LEADING + 2 * PAD)
            pages.line(pages.left, pages.y, pages.left + self._span(), pages.y, 0.8, 0.0)
            self._row(self.total, [True] * len(self.total), rule=False)
            pages.line(pages.left, pages.y, pages.left + self._span(), pages.y, 0.8, 0.0)

    def _span(self):
        return sum(self.widths) + GAP * (len(self.widths) - 1)

    def _keep(self, points):
        if self.pages.need(points):
            self._head_row()

    def _lines(self, row, bold):
        return [
            self.pages.wrap(text, width, SIZE, is_bold)
            for text, width, is_bold in zip(row, self.widths, bold, strict=True)
        ]

    def _head_row(self):
        pages = self.pages
        cells = self._lines([column["label"] for column in self.columns], [True] * len(self.columns))
        high = max(map(len, cells))
        rows = 2 if self.total and len(self.rows) == 1 else 1
        if pages.room() < (high + rows) * LEADING + (2 + 2 * rows) * PAD and pages.y > pages.top:
            pages.new_page()
        height = high * LEADING + 2 * PAD
        pages.box(pages.left - 2, pages.y, self._span() + 4, height, 0.9)
        # a head of one line stands at the bottom beside one of two
        self._cells([("",) * (high - len(cell)) + cell for cell in cells], [True] * len(cells))
        pages.y += height

    def _row(self, row, loud, rule=True):
        cells = self._lines(row, loud)
        while cells:
            high = max(map(len, cells))
            fits = int((self.pages.bottom - self.pages.y - 2 * PAD) // LEADING)
            whole = int((self.pages.bottom - self.pages.top) // LEADING) - 6
            if fits < min(high, whole):
                self.pages.new_page()
                self._head_row()
                continue
            shown, cells = [cell[:fits] for cell in cells], [cell[fits:] for cell in cells]
            self._cells(shown, loud)
            self.pages.y += max(map(len, shown)) * LEADING + 2 * PAD
            if not any(cells):
                break
        if rule:
            pages = self.pages
            pages.line(pages.left, pages.y, pages.left + self._span(), pages.y, 0.25, 0.8)

    def _cells(self, cells, bold):
        x = self.pages.left
        for lines, width, column, is_bold in zip(cells, self.widths, self.columns, bold, strict=True):
            right = column["kind"] in FIGURES
            for number, line in enumerate(lines):
                if line:
                    y = self.pages.y + PAD + SIZE * 0.95 + number * LEADING
                    self.pages.text(x + width if right else x, y, line, SIZE, bold=is_bold, right=right)
            x += width + GAP


def _is_word(text):
    """Is this a word in a column of figures (the label of the totals, a state), rather than a figure?"""
    return bool(text) and not text.lstrip("-").replace(".", "", 1).isdigit()
