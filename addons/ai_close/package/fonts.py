"""Fonts of the PDF: those that ship with Odoo and with reportlab, tried one after the other a character.

Nothing is taken from the machine, so that the same book looks the same everywhere.  Chinese, Japanese and
Korean are set in fonts that the reader's program brings along (they are not embedded).
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from .letters import is_rtl, visual

# Of these the first that the font has stands for a character that none has.
MISSING = "\u25a1\ufffd?"
_CID = (
    ("HeiseiKakuGo-W5", re.compile("[\u3040-\u30ff]")),
    ("HYGothic-Medium", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("STSong-Light", re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")),
)


class Fonts:
    """A chain of fonts for ordinary and one for bold text."""

    def __init__(self, regular, bold):
        """Load what is there of ``regular`` and ``bold``, paths of TrueType files, first choice first."""
        self.regular = [font for font in map(_load, regular) if font]
        self.bold = [font for font in map(_load, bold) if font] + self.regular
        if not self.regular:
            raise ValueError("no font could be loaded")
        # a cache of its own, so that it ends with the book
        self.runs = lru_cache(50_000)(self._runs)
        self.width = lru_cache(50_000)(self._width)

    def facts(self):
        """Return name and digest of each file: another font gives other bytes."""
        return sorted(
            {
                (Path(font.face.filename).name, _digest(font.face.filename))
                for font in (*self.regular, *self.bold)
            }
        )

    def _runs(self, text, bold):
        """Return ``text`` as it is seen from left to right, cut into ``(font name, text)``."""
        if any(map(is_rtl, text)):
            text = visual(text)
        runs = []
        for char in text:
            name = self._font_of(char, bold)
            if name is None:
                char = next(mark for mark in MISSING if self._font_of(mark, bold))
                name = self._font_of(char, bold)
            if runs and runs[-1][0] == name:
                runs[-1][1].append(char)
            else:
                runs.append((name, [char]))
        return tuple((name, "".join(chars)) for name, chars in runs)

    def _font_of(self, char, bold):
        code = ord(char)
        for font in self.bold if bold else self.regular:
            if code in font.face.charToGlyph:
                return font.fontName
        for name, pattern in _CID:
            if pattern.match(char):
                return _cid(name)
        return None

    def _width(self, text, size, bold=False):
        return sum(pdfmetrics.stringWidth(part, name, size) for name, part in self.runs(text, bold))

    def missing(self, texts):
        """Return the characters of ``texts`` that no font here shows, in order."""
        seen = {char for text in texts if isinstance(text, str) for char in visual(text)}
        return [char for char in sorted(seen) if char.isprintable() and self._font_of(char, False) is None]


@lru_cache(64)
def _load(path):
    try:
        font = TTFont(f"AiClose-{Path(path).stem}", path)
    except (TTFError, OSError):
        return None
    pdfmetrics.registerFont(font)
    return font


@lru_cache(8)
def _cid(name):
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


@lru_cache(64)
def _digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
