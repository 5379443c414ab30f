"""A book as PDF.  The same book and the same fonts give the same bytes, wherever and whenever it is made."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from . import grid
from .layout import FOOTER, HEADER, MARGIN, Pages
from .shape import ALERT


def render(book, fonts):
    """Return the PDF of ``book`` (bytes), set in ``fonts`` (``fonts.Fonts``)."""
    width, height = landscape(A4)
    pages = Pages(fonts, width, height)
    head = book["head"]
    _title(pages, book)
    for number, part in enumerate(book["sections"]):
        if number:
            pages.new_page()
        pages.mark(part["title"])
        pages.paragraph(f"{number + 1}  {part['title']}", 14.0, bold=True, after=6.0)
        _section(pages, part, head)
    return _drawn(pages, head)


def _title(pages, book):
    head = book["head"]
    pages.paragraph(head["title"], 20.0, bold=True, after=2.0)
    pages.paragraph(head["subtitle"], 12.0, after=8.0, grey=0.25)


def _section(pages, part, head):
    for each in part["notices"]:
        _notice(pages, each)
    if part["facts"]:
        _facts(pages, part["facts"])
    for each in part["tables"]:
        grid.draw(pages, each, head)


def _notice(pages, each):
    loud = each["level"] == ALERT
    size, leading = (9.5, 12.4) if loud else (8.5, 11.0)
    text = ("! " if loud else "") + each["text"]
    lines = pages.wrap(text, pages.right - pages.left - 16, size, loud)
    pages.need(min(len(lines), 6) * leading + 10)
    if loud:
        high = min(len(lines) * leading + 8, pages.room())
        pages.box(pages.left, pages.y, pages.right - pages.left, high, 0.88)
        pages.box(pages.left, pages.y, 3, high, 0.0)
    pages.y += 4
    for line in lines:
        pages.need(leading)
        pages.text(pages.left + (10 if loud else 0), pages.y + size, line, size, bold=loud)
        pages.y += leading
    pages.y += 8


def _facts(pages, facts):
    size, leading = 8.5, 11.5
    side = min(max(pages.fonts.width(label, size, True) for label, _value in facts), 220.0) + 14
    for label, value in facts:
        lines = pages.wrap(value, pages.right - pages.left - side, size)
        labels = pages.wrap(label, side - 10, size, True)
        for number in range(max(len(lines), len(labels))):
            pages.need(leading)
            if number < len(labels):
                pages.text(pages.left, pages.y + size, labels[number], size, bold=True)
            if number < len(lines):
                pages.text(pages.left + side, pages.y + size, lines[number], size)
            pages.y += leading
        pages.y += 1.5
    pages.y += 6


# -- on paper


def _drawn(pages, head):
    out = BytesIO()
    canvas = Canvas(
        out, pagesize=(pages.width, pages.height), invariant=1, pageCompression=1, lang=head["language"]
    )
    moment = datetime.fromisoformat(head["moment"]).astimezone(UTC)
    written = moment.strftime("D:%Y%m%d%H%M%S+00'00'")
    canvas.setDateFormatter(lambda *_parts: written)
    canvas.setTitle(head["title"])
    canvas.setSubject(head["subtitle"])
    canvas.setAuthor(head["company"])
    canvas.setCreator("AI Close")
    # the file's own id would depend on SOURCE_DATE_EPOCH of the process
    name = hashlib.md5(head["digest"].encode(), usedforsecurity=False).hexdigest().encode()
    canvas._doc._ID = b"[<" + name + b"><" + name + b">]"
    marks = {}
    for page, title in pages.outline:
        marks.setdefault(page, []).append(title)
    for number, commands in enumerate(pages.pages):
        for place, title in enumerate(marks.get(number, ())):
            key = f"s{number}-{place}"
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(title, key, 0)
        _frame(canvas, pages, head, number)
        for command in commands:
            _DRAW[command[0]](canvas, pages.height, *command[1:])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _frame(canvas, pages, head, number):
    """Draw what stands on every page: whose close this is, how final it is, and which page of how many."""
    height, fonts, size = pages.height, pages.fonts, 7.5
    top, low = MARGIN + 8, height - MARGIN - FOOTER + 16
    right = pages.right
    _text(canvas, height, pages.left, top, fonts.runs(head["running"], False), size, 0.25)
    status = head["status"]
    _text(canvas, height, right - fonts.width(status, size, True), top, fonts.runs(status, True), size, 0.0)
    _line(canvas, height, pages.left, MARGIN + HEADER - 14, right, MARGIN + HEADER - 14, 0.5, 0.6)
    _line(canvas, height, pages.left, low - 10, right, low - 10, 0.5, 0.6)
    _text(canvas, height, pages.left, low, fonts.runs(head["footer"], False), size, 0.25)
    page = head["page"] % {"page": number + 1, "pages": len(pages.pages)}
    _text(canvas, height, right - fonts.width(page, size), low, fonts.runs(page, False), size, 0.25)


def _text(canvas, height, x, y, runs, size, grey):
    canvas.setFillGray(grey)
    text = canvas.beginText(x, height - y)
    for name, part in runs:
        text.setFont(name, size)
        text.textOut(part)
    canvas.drawText(text)


def _line(canvas, height, x1, y1, x2, y2, width, grey):
    canvas.setStrokeGray(grey)
    canvas.setLineWidth(width)
    canvas.line(x1, height - y1, x2, height - y2)


def _box(canvas, height, x, y, width, high, grey):
    canvas.setFillGray(grey)
    canvas.rect(x, height - y - high, width, high, stroke=0, fill=1)


_DRAW = {"text": _text, "line": _line, "box": _box}
