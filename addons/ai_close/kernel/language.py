"""What the language model may be asked, and the shapes of what goes through the port about it.

A version says which model and which prompts may be asked; a text names both.  A text is about a proposal and
never changes one.
"""

from .shape import Bool, Choice, Int, Many, MapOf, Maybe, Money, Record, Text

TEXT_TASKS = ("variance", "finding", "entry")
CHOICE_TASKS = ("account", "payer", "period")
TASKS = TEXT_TASKS + CHOICE_TASKS
ABOUT = ("finding", "entry", "variance", "statement_line")
"""What a text may be about."""
SUBJECTS = {
    "variance": ("variance",),
    "finding": ("finding",),
    "entry": ("entry",),
    "account": ("finding",),
    "payer": ("statement_line",),
    "period": ("finding",),
}
"""What the texts of a task may be about."""
MAX_TEXT = 2000

TASK = Choice(*TASKS)
_ID = Int(low=1)
_DIGEST = Text(64, pattern=r"[0-9a-f]{64}")
_MODEL_NAME = Text(200, min_chars=1, pattern=r"[^\s]+")
_PROMPT = Text(60, pattern=r"[a-z_]{1,40}@\d{1,9}")
_CURRENCY = Text(3, pattern=r"[A-Z]{3}")
_COUNT = Int()
_PRICE = Money(low=0)

# The choice's record may be read by people; of a period there is none.
_CHOSEN = Record({"label": Text(500, min_chars=1), "model": Text(64, pattern=r"[a-z0-9_.]*"), "id": _COUNT})

TEXT = Record(
    {
        # the task and the key of what it is about
        "key": Text(240, min_chars=1, pattern=r"[^\s]+"),
        "task": TASK,
        "about": Record({"kind": Choice(*ABOUT), "key": Text(200, min_chars=1, pattern=r"[^\s]+")}),
        "text": Text(MAX_TEXT, min_chars=1),
        "choice": Maybe(_CHOSEN),
        "facts": Many(Record({"key": Text(60), "role": Text(300), "shown": Text(500)}), 200),
        "exchange": _DIGEST,
        "prompt": _PROMPT,
        "prompt_digest": _DIGEST,
        "model": _MODEL_NAME,
    }
)

# What a provider saw and said, as it left: redacted.
EXCHANGE = Record(
    {
        "key": _DIGEST,
        "task": TASK,
        "prompt": _PROMPT,
        "prompt_digest": _DIGEST,
        "model": _MODEL_NAME,
        "request_digest": _DIGEST,
        "request": Text(100_000),
        "answers": Many(Text(20_000), 10),
        "outcome": Text(500),
        "tokens_in": _COUNT,
        "tokens_out": _COUNT,
        "cost": _PRICE,
    }
)

OFFER = Record(
    {
        "model": _MODEL_NAME,
        # host and port, never a path or a key
        "address": Text(255, min_chars=1, pattern=r"[A-Za-z0-9.\-:\[\]]+"),
        "prompts": MapOf(Record({"version": _ID, "digest": _DIGEST}), len(TASKS)),
        # by task: cases, whose answers were taken, where the template spoke, choices right of those checked
        "figures": MapOf(
            Record(dict.fromkeys(("cases", "taken", "template", "right", "checked"), _COUNT)), len(TASKS)
        ),
        "usage": Record({"calls": _COUNT, "tokens_in": _COUNT, "tokens_out": _COUNT}),
        "cost": _PRICE,
        "currency": _CURRENCY,
    }
)
OFFERED = Record(
    {"version": _ID, "state": Choice("draft", "proposed", "in_force", "replaced", "rejected")},
)

# What `begin` says of it: null where nothing may be asked.
GIVEN = Record(
    {
        "version": _ID,
        "model": _MODEL_NAME,
        # task -> digest of the prompt that may be asked
        "prompts": MapOf(_DIGEST, len(TASKS)),
        "tasks": Many(TASK, len(TASKS)),
        "month_limit": Maybe(_PRICE),
        # of this company's runs begun this calendar month, UTC
        "month_spent": _PRICE,
        "currency": _CURRENCY,
    }
)

POLICY = Record({"is_on": Bool(), "tasks": Many(TASK, len(TASKS)), "month_limit": Maybe(_PRICE)})
"""The policy's word; absent: every task, no limit."""
