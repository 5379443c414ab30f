"""An auditor's sample: drawn by a seed that anybody can draw again, from a population that ties to the books.

Each entry's rank is ``sha256("<seed>:<id>")``; the lowest ranks are the sample.  It depends on nothing else,
and an entry that comes or goes later moves no other.
"""

from decimal import Decimal
from hashlib import sha256

from odoo.tools import SQL

from . import shape
from .source import Source

_POPULATION = """
    SELECT move.id, move.name, move.date, journal.code AS journal, move.ref,
           sum(line.debit)::text AS debit, sum(line.credit)::text AS credit
      FROM account_move move
      JOIN account_move_line line ON line.move_id = move.id
      JOIN account_journal journal ON journal.id = move.journal_id
     WHERE line.company_id IN %(family)s AND line.parent_state = 'posted' AND line.account_id IS NOT NULL
       AND line.date BETWEEN %(start)s AND %(end)s
     GROUP BY move.id, journal.code
     ORDER BY move.id
"""


def rank(seed, move_id):
    """Return the rank of an entry under ``seed``, hex."""
    return sha256(f"{seed}:{move_id}".encode()).hexdigest()


def population(source):
    """Return the posted entries of the period as dicts, by id; sums are decimal strings."""
    source.env.flush_all()
    close = source.close
    rows = source.env.execute_query_dict(
        SQL(_POPULATION, family=source.family, start=close.period_start, end=close.period_end)
    )
    for row in rows:
        row["debit"], row["credit"] = (
            source.money(Decimal(row["debit"])),
            source.money(Decimal(row["credit"])),
        )
        row["date"] = str(row["date"])
    return rows


def draw(rows, seed, count):
    """Return the ``count`` rows of the lowest ranks, in the order of their ranks."""
    return sorted(rows, key=lambda row: rank(seed, row["id"]))[:count]


def named(rows, numbers):
    """Return ``(rows, numbers that no row has)`` for entry numbers as somebody wrote them."""
    by_number = {}
    for row in rows:
        by_number.setdefault(row["name"], []).append(row)
    found = [row for number in dict.fromkeys(numbers) for row in by_number.get(number, ())]
    return found, [number for number in dict.fromkeys(numbers) if number not in by_number]


def book(close, balances, rows, chosen, unknown, seed, facts):
    """Return the sample as a book, for the workbook.

    :param balances: the tables of the trial balance, whose debits and credits the population comes to
    :param facts: entry id -> facts of the entry, as they stand in its own file
    """
    source = Source(close)
    env = source.env
    debit = sum((Decimal(row["debit"]) for row in rows), Decimal(0))
    credit = sum((Decimal(row["credit"]) for row in rows), Decimal(0))
    totals = [each["total"] for each in balances if each["total"]]
    wanted = [sum((Decimal(total[place]) for total in totals), Decimal(0)) for place in (3, 4)]
    ties = [debit, credit] == wanted
    notices = []
    if not ties:
        notices.append(
            shape.notice(
                env._(
                    "The population comes to %(debit)s and %(credit)s, the trial balance to %(wanted)s and"
                    " %(other)s.",
                    debit=debit,
                    credit=credit,
                    wanted=wanted[0],
                    other=wanted[1],
                ),
                shape.ALERT,
            )
        )
    if unknown:
        notices.append(
            shape.notice(
                env._("No posted entry of the period has the number: %s.", ", ".join(unknown)), shape.ALERT
            )
        )
    head = shape.section(
        "sample",
        env._("Sample"),
        notices=notices,
        facts=[
            (env._("Period"), f"{close.period_start} - {close.period_end}"),
            (
                env._("Chosen by"),
                env._("seed %s: the lowest sha256(seed:id)", seed) if seed else env._("entry number"),
            ),
            (env._("Population"), env._("%(count)s entries, debit %(debit)s", count=len(rows), debit=debit)),
            (env._("Trial balance, debit of the period"), str(wanted[0])),
            (env._("They agree"), env._("yes") if ties else env._("NO")),
        ],
        tables=[_chosen(source, chosen, facts)],
    )
    everything = shape.section("population", env._("Population"), tables=[_all(source, rows, chosen, seed)])
    return source, ties, [head, everything]


def _chosen(source, chosen, facts):
    env = source.env
    return shape.table(
        env._("Entries"),
        [
            shape.column(env._("Entry")),
            shape.column(env._("Date"), shape.DATE),
            shape.column(env._("Journal")),
            source.amount(env._("Debit"), total=True),
            shape.column(env._("Created by")),
            shape.column(env._("Posted by")),
            shape.column(env._("Posted at")),
            shape.column(env._("Approved by")),
            shape.column(env._("Documents"), shape.COUNT, total=True),
        ],
        [
            [
                row["name"],
                row["date"],
                row["journal"],
                row["debit"],
                facts[row["id"]]["created_by"],
                facts[row["id"]]["posted_by"] or env._("no data"),
                facts[row["id"]]["posted_at"] or env._("no data"),
                (facts[row["id"]]["approval"] or {}).get("approved_by") or env._("none needed"),
                len(facts[row["id"]]["documents"]),
            ]
            for row in chosen
        ],
        empty=env._("No entry was chosen."),
        total_label=env._("Total"),
    )


def _all(source, rows, chosen, seed):
    env, taken = source.env, {row["id"] for row in chosen}
    return shape.table(
        env._("All posted entries of the period"),
        [
            shape.column(env._("Id")),
            shape.column(env._("Entry")),
            shape.column(env._("Date"), shape.DATE),
            shape.column(env._("Journal")),
            source.amount(env._("Debit"), total=True),
            source.amount(env._("Credit"), total=True),
            shape.column(env._("Rank")),
            shape.column(env._("Chosen")),
        ],
        [
            [
                str(row["id"]),
                row["name"] or "",
                row["date"],
                row["journal"],
                row["debit"],
                row["credit"],
                rank(seed, row["id"]) if seed else "",
                env._("yes") if row["id"] in taken else "",
            ]
            for row in rows
        ],
        empty=env._("Nothing was posted in this period."),
        total_label=env._("Total"),
    )
