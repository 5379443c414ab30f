"""Shapes of JSON values: each checks a value and prints itself as JSON Schema (draft 2020-12).

One definition serves both: the server checks by hand, without a library, and the schema files that the
agent's tests use are printed from the same objects.
"""

import re
from collections.abc import Mapping
from datetime import date

from .money import MoneyError, parse


class PayloadError(ValueError):
    """A value that does not have the agreed shape: where, and why."""

    def __init__(self, path, why):
        self.path, self.why = path, why
        super().__init__(f"{path or 'the request'}: {why}")


class Shape:
    """Something a JSON value can be."""

    def check(self, value, path=""):
        """Raise PayloadError unless ``value`` has this shape."""
        raise PayloadError(path, "nothing fits here")

    def schema(self):
        """Return the JSON Schema of this shape."""
        return {}


class Anything(Shape):
    """Whatever JSON there is, to be looked at later, piece by piece."""

    def check(self, value, path=""):
        """Accept."""


class Text(Shape):
    """A text of ``min_chars`` to ``max_chars`` characters without NUL, optionally matching ``pattern``."""

    def __init__(self, max_chars=2000, min_chars=0, pattern=None):
        self.max_chars, self.min_chars, self.pattern = max_chars, min_chars, pattern

    def check(self, value, path=""):
        if not isinstance(value, str):
            raise PayloadError(path, "a text is expected")
        if not self.min_chars <= len(value) <= self.max_chars:
            raise PayloadError(path, f"a text of {self.min_chars} to {self.max_chars} characters is expected")
        _storable(value, path)
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise PayloadError(path, f"{value[:40]!r} is not written as agreed")

    def schema(self):
        found = {"type": "string", "maxLength": self.max_chars}
        if self.min_chars:
            found["minLength"] = self.min_chars
        if self.pattern:
            found["pattern"] = f"^(?:{self.pattern})$"
        return found


class Day(Shape):
    """An ISO date that exists."""

    def check(self, value, path=""):
        try:
            if not (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)):
                raise ValueError
            date.fromisoformat(value)
        except ValueError:
            raise PayloadError(path, "a date YYYY-MM-DD is expected") from None

    def schema(self):
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


class Int(Shape):
    """A whole number from ``low`` to ``high``; true and false are none."""

    def __init__(self, low=0, high=2**31 - 1):
        self.low, self.high = low, high

    def check(self, value, path=""):
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise PayloadError(path, f"a whole number from {self.low} to {self.high} is expected")

    def schema(self):
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Bool(Shape):
    """True or false."""

    def check(self, value, path=""):
        if not isinstance(value, bool):
            raise PayloadError(path, "true or false is expected")

    def schema(self):
        return {"type": "boolean"}


class Money(Shape):
    """A decimal string; never a JSON number."""

    def __init__(self, low=None, high=None):
        self.low, self.high = low, high

    def check(self, value, path=""):
        try:
            number = parse(value)
        except MoneyError as error:
            raise PayloadError(path, str(error)) from None
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise PayloadError(path, f"{value} lies outside {self.low} to {self.high}")

    def schema(self):
        return {"type": "string", "pattern": r"^-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,10})?$"}


class Choice(Shape):
    """One of some texts."""

    def __init__(self, *options):
        self.options = options

    def check(self, value, path=""):
        if not isinstance(value, str) or value not in self.options:
            raise PayloadError(path, f"one of {', '.join(self.options)} is expected")

    def schema(self):
        return {"enum": list(self.options)}


class Maybe(Shape):
    """The shape, or null."""

    def __init__(self, shape):
        self.shape = shape

    def check(self, value, path=""):
        if value is not None:
            self.shape.check(value, path)

    def schema(self):
        return {"anyOf": [self.shape.schema(), {"type": "null"}]}


class Either(Shape):
    """Any of the shapes."""

    def __init__(self, *shapes):
        self.shapes = shapes

    def check(self, value, path=""):
        for shape in self.shapes:
            try:
                return shape.check(value, path)
            except PayloadError as error:
                last = error
        raise last

    def schema(self):
        return {"anyOf": [shape.schema() for shape in self.shapes]}


class Many(Shape):
    """A list of ``min_items`` to ``max_items`` values of one shape."""

    def __init__(self, shape, max_items=5000, min_items=0):
        self.shape, self.max_items, self.min_items = shape, max_items, min_items

    def check(self, value, path=""):
        if not isinstance(value, list) or not self.min_items <= len(value) <= self.max_items:
            raise PayloadError(path, f"a list of {self.min_items} to {self.max_items} is expected")
        for at, item in enumerate(value):
            self.shape.check(item, f"{path}[{at}]")

    def schema(self):
        found = {"type": "array", "items": self.shape.schema(), "maxItems": self.max_items}
        return dict(found, minItems=self.min_items) if self.min_items else found


class Record(Shape):
    """An object with these members, no others; those of ``optional`` may be left out."""

    def __init__(self, members, optional=()):
        self.members, self.optional = members, frozenset(optional)

    def check(self, value, path=""):
        if not isinstance(value, Mapping):
            raise PayloadError(path, "an object is expected")
        for name in value:
            if name not in self.members:
                raise PayloadError(_at(path, str(name)), "there is no such member")
        for name, shape in self.members.items():
            if name in value:
                shape.check(value[name], _at(path, name))
            elif name not in self.optional:
                raise PayloadError(_at(path, name), "is missing")

    def schema(self):
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: shape.schema() for name, shape in self.members.items()},
            "required": [name for name in self.members if name not in self.optional],
        }


class MapOf(Shape):
    """An object whose members are not known beforehand, all of one shape."""

    def __init__(self, shape, max_items=500):
        self.shape, self.max_items = shape, max_items

    def check(self, value, path=""):
        if not isinstance(value, Mapping) or len(value) > self.max_items:
            raise PayloadError(path, f"an object of at most {self.max_items} members is expected")
        for name, item in value.items():
            if not isinstance(name, str):
                raise PayloadError(path, "the members' names are texts")
            _storable(name, path)
            self.shape.check(item, _at(path, name))

    def schema(self):
        return {
            "type": "object",
            "additionalProperties": self.shape.schema(),
            "maxProperties": self.max_items,
        }


class Json(Shape):
    """Any JSON without numbers that have a fraction, not deeper than ``depth``."""

    def __init__(self, depth=6):
        self.depth = depth

    def check(self, value, path=""):
        self._look(value, path, self.depth)

    def _look(self, value, path, left):
        if isinstance(value, float):
            raise PayloadError(path, "amounts are decimal strings, not numbers with a fraction")
        if isinstance(value, (dict, list)):
            if not left:
                raise PayloadError(path, "is nested too deep")
            members = value.items() if isinstance(value, dict) else enumerate(value)
            for name, item in members:
                _storable(str(name), path)
                self._look(item, f"{path}.{name}", left - 1)
        elif isinstance(value, str):
            _storable(value, path)
        elif value is not None and not isinstance(value, (int, bool)):
            raise PayloadError(path, "is not JSON")

    def schema(self):
        return {}


def _storable(text, path):
    """Refuse what PostgreSQL and UTF-8 can't hold: NUL, and halves of a surrogate pair."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise PayloadError(path, "a text has neither NUL nor broken characters")


def _at(path, name):
    return f"{path}.{name}" if path else name
