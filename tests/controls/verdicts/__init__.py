"""The verdict on every public method and every field of every model of ours, one file a domain.

A method or field without a verdict fails the test: nothing new is forgotten.  ``words`` says what a verdict
may be, ``tables`` merges the domains, ``judge`` holds attempts against them.
"""

from tests.controls.verdicts.judge import Verdicts, roles_of
from tests.controls.verdicts.tables import (
    FOLLOWING,
    METHODS,
    PROTECTED,
    WRITABLE,
    field_verdict,
    method_verdict,
)
from tests.controls.verdicts.words import BY_FIELD, HARMLESS, LETTERS, REFUSED, TALK

__all__ = [
    "BY_FIELD",
    "FOLLOWING",
    "HARMLESS",
    "LETTERS",
    "METHODS",
    "PROTECTED",
    "REFUSED",
    "TALK",
    "WRITABLE",
    "Verdicts",
    "field_verdict",
    "method_verdict",
    "roles_of",
]
