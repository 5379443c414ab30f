"""The words of a verdict, and what several domains' tables share.

The letters say who may change something: P preparer, R reviewer, C controller, D auditor, A the agent,
I whoever has invoicing.  ``REFUSED``: nobody.  ``HARMLESS``: it changes no row of the close and the books.
``TALK``: it may change messages, followers and activities only.  ``BY_FIELD``: it may change what the
verdicts on the fields let it.
"""

REFUSED, HARMLESS, TALK, BY_FIELD = "refused", "harmless", "talk", "by field"
LETTERS = {"P": "preparer", "R": "reviewer", "C": "controller", "D": "auditor", "A": "agent", "I": "invoice"}
STATE_MIXIN = {"create": BY_FIELD, "write": BY_FIELD}
APPEND_ONLY = {"create": REFUSED, "write": REFUSED, "unlink": REFUSED}

Methods = dict[str, dict[str, str]]
Writable = dict[str, dict[str, str]]
Fields = dict[str, str]


def each(roles: str, names: str) -> dict[str, str]:
    """Give each of the names the same verdict."""
    return dict.fromkeys(names.split(), roles)
