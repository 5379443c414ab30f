"""Pages of the PDF: blocks are laid out first, so that each page knows how many there are, then drawn.

A page is a list of commands in points from its upper left corner.
"""

from functools import lru_cache

MARGIN, HEADER, FOOTER = 36.0, 30.0, 24.0


class Pages:
    """Fills pages from top to bottom."""

    def __init__(self, fonts, width, height):
        """Begin with an empty page of ``width`` by ``height`` points."""
        self.fonts = fonts
        self.width, self.height = width, height
        self.left, self.right = MARGIN, width - MARGIN
        self.top, self.bottom = MARGIN + HEADER, height - MARGIN - FOOTER
        self.pages = []
        self.outline = []
        self.wrap = lru_cache(50_000)(self._wrap)
        self.new_page()

    def new_page(self):
        """Go on at the top of another page."""
        self.pages.append([])
        self.y = self.top

    def room(self):
        """Return how many points are left on this page."""
        return self.bottom - self.y

    def need(self, points):
        """Go to another page unless so much is left on this one; tell whether it did."""
        if points <= self.room() or self.y == self.top:
            return False
        self.new_page()
        return True

    def mark(self, title):
        """Let the outline name this place."""
        self.outline.append((len(self.pages) - 1, title))

    # -- drawing, at a place

    def text(self, x, y, text, size, *, bold=False, right=False, grey=0.0):
        """Write ``text`` with its baseline at ``y``; ``right`` makes ``x`` its right end."""
        runs = self.fonts.runs(text, bold)
        if right:
            x -= self.fonts.width(text, size, bold)
        self.pages[-1].append(("text", x, y, runs, size, grey))

    def line(self, x1, y1, x2, y2, width=0.5, grey=0.6):
        """Draw a line."""
        self.pages[-1].append(("line", x1, y1, x2, y2, width, grey))

    def box(self, x, y, width, height, grey):
        """Fill a rectangle, whose upper left corner is at ``(x, y)``."""
        self.pages[-1].append(("box", x, y, width, height, grey))

    # -- text that runs on

    def paragraph(self, text, size=9.0, *, bold=False, indent=0.0, after=3.0, grey=0.0):
        """Write a text over as many lines and pages as it takes."""
        leading = size * 1.3
        for line in self.wrap(text, self.right - self.left - indent, size, bold):
            self.need(leading)
            self.text(self.left + indent, self.y + size, line, size, bold=bold, grey=grey)
            self.y += leading
        self.y += after

    def _wrap(self, text, width, size, bold=False):
        """Cut ``text`` into lines no wider than ``width``; a word that is wider is cut."""
        lines = []
        for part in text.splitlines() or [""]:
            line = ""
            for word in part.split(" "):
                longer = f"{line} {word}" if line else word
                if self.fonts.width(longer, size, bold) <= width:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                *full, line = self._cut(word, width, size, bold)
                lines += full
            lines.append(line)
        return tuple(lines)

    def _cut(self, word, width, size, bold):
        pieces, piece = [], ""
        for char in word:
            if piece and self.fonts.width(piece + char, size, bold) > width:
                pieces.append(piece)
                piece = char
            else:
                piece += char
        return [*pieces, piece]
