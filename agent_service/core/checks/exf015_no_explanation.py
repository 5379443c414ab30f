"""EXF015 Entry without explanation.

**What it does** Reports a manual entry that nothing explains: no reference, no label, no note, or vague
words only.

**Why it matters** Existence: nobody can tell later what it was for, and nobody can now.

**Method** Manual entry of P from `text_min_amount` on; `ref`, all line labels and `narration` empty or
made of
the policy's `vague_words`, digits and punctuation. Example: 9,000.00 with the label "misc." → 9,000.00.

**False positives** A label on one of the lines; an entry with an origin.

**Source** Journal-entry tests of ISA 240; MindBridge control points "empty text", "keyword"."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_entries, posted_where
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.text import chunks, plain

CODE = "EXF015"
TITLE = "Entry without explanation"
SEVERITY = "low"
UNIT = "entry"
WHY = "What nobody explained can't be judged by anybody."
REMEDY = "Write what it is for, and attach what shows it."
PARAMETERS = {"text_min_amount": "0.1 M"}
YIELDS_TO = ("EXF012",)

VAGUE = (
    "misc",
    "miscellaneous",
    "various",
    "adjustment",
    "adjust",
    "adj",
    "correction",
    "corr",
    "entry",
    "booking",
    "journal",
    "other",
    "general",
    "tbd",
    "test",
    "todo",
    "na",
    "none",
    "x",
    "xx",
    "xxx",
    "plug",
    "per",
    "request",
    "diverse",
    "diverses",
    "sonstiges",
    "korrektur",
    "buchung",
    "umbuchung",
    "ajuste",
    "varios",
    "divers",
)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is its size."""
    least = policy.amount(policy.parameters(CODE, PARAMETERS), "text_min_amount")
    vague = {plain(one) for one in policy.words("vague_words", VAGUE)}
    judged = posted_entries(books).filter(
        in_period(period), pl.col("manual"), ~exempt(CODE), pl.col("size") >= least
    )
    labels = (
        posted_where(books, pl.col("move_id").is_in(judged["id"].implode()))
        .group_by("move_id")
        .agg(labels=pl.col("name").drop_nulls().unique().sort())
    )
    found = []
    for row in (
        judged.join(labels, left_on="id", right_on="move_id", how="left").sort("id").iter_rows(named=True)
    ):
        texts = [row["ref"], row["narration"], *(row["labels"] or ())]
        words = [word for text in texts for word in chunks(plain(text)) if not word.isdigit()]
        if not all(word in vague for word in words) and " ".join(words) not in vague:
            continue
        found.append(
            about_entry(
                books,
                row["id"],
                "vague" if words else "empty",
                f"{{}}: {books.show(row['size'])} without explanation",
                f"{{}} of {row['date']} over {books.show(row['size'])} says "
                + (f"nothing but “{' '.join(words[:6]).lower()}”." if words else "nothing at all."),
                amount=row["size"],
                evidence={"words": sorted(set(words))[:10]},
            )
        )
    return found
