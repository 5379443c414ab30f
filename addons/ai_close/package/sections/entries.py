"""Adjusting entries: lines, the calculation they rest on, and who prepared, reviewed and approved each."""

import re
from decimal import Decimal

from .. import shape

# What was never decided is no part of the period; what was rejected tells that somebody looked.
SHOWN = ("posted", "reversed", "approved", "reviewed", "prepared", "proposed", "stale", "rejected")
BOOKED = ("posted", "reversed")


def collect(source):
    """Return the section."""
    env = source.env
    entries = source.close.entry_ids.filtered(lambda entry: entry.state in SHOWN).sorted(
        lambda entry: (SHOWN.index(entry.state), entry.date, entry.id)
    )
    booked = entries.filtered(lambda entry: entry.state in BOOKED)
    undecided = entries - booked - entries.filtered(lambda entry: entry.state == "rejected")
    notices = []
    if undecided:
        notices.append(
            shape.notice(env._("%s adjusting entries are not decided.", len(undecided)), shape.ALERT)
        )
    tables = [_overview(source, env._("Posted"), booked)]
    if entries - booked:
        tables.append(_overview(source, env._("Not posted"), entries - booked))
    tables += [each for entry in booked for each in _one(source, entry)]
    return shape.section("entries", env._("Adjusting entries"), notices=notices, tables=tables)


def _overview(source, title, entries):
    env = source.env
    return shape.table(
        title,
        [
            shape.column(env._("Entry")),
            shape.column(env._("Kind")),
            shape.column(env._("Date"), shape.DATE),
            source.amount(env._("Amount"), total=True),
            shape.column(env._("State")),
            shape.column(env._("Prepared by")),
            shape.column(env._("Reviewed by")),
            shape.column(env._("Approved by")),
            shape.column(env._("Posted as")),
            shape.column(env._("Proof code")),
        ],
        [
            [
                entry.name,
                entry._kind_name(),
                source.day(entry.date),
                source.money(entry.amount_total),
                source.label(entry, "state") + (f": {entry.reject_reason}" if entry.reject_reason else ""),
                source.signed(entry.prepared_by_id, entry.prepared_at),
                source.signed(entry.reviewed_by_id, entry.reviewed_at),
                source.signed(entry.approved_by_id, entry.approved_at)
                + (" " + env._("(one person reviewed and approved)") if entry.same_person else ""),
                " / ".join(move.name for move in (entry.move_id, entry.reversal_move_id) if move.name),
                (entry.approved_digest or entry.payload_digest or "")[:16],
            ]
            for entry in entries
        ],
        empty=env._("None."),
        total_label=env._("Total"),
    )


def _one(source, entry):
    """Return the lines of an entry and the calculation behind them."""
    env = source.env
    yield shape.table(
        f"{entry.name}, {entry.ref or entry._kind_name()}",
        [
            shape.column(env._("Account")),
            shape.column(env._("Partner")),
            shape.column(env._("Label")),
            source.amount(env._("Debit"), total=True),
            source.amount(env._("Credit"), total=True),
        ],
        [
            [
                source.account(line.account_id),
                line.partner_id.display_name or "",
                line.name or "",
                source.money(line.debit),
                source.money(line.credit),
            ]
            for line in entry.line_ids.sorted(lambda line: (line.sequence, line.id))
        ],
        empty=env._("No lines."),
        total_label=env._("Total"),
        note=entry.narration or "",
    )
    calculation = entry.calculation or {}
    if calculation.get("columns"):
        yield _calculation(source, entry, calculation)


def _calculation(source, entry, calculation):
    """Return the table that an entry's amounts come from: texts of the agent, amounts told by their shape."""
    env, labels, total = source.env, list(map(str, calculation["columns"])), calculation.get("total")
    rows = [
        (["" if cell is None else str(cell) for cell in row] + [""] * len(labels))[: len(labels)]
        for row in calculation.get("rows") or ()
    ]
    amount = re.compile(rf"-?\d+\.\d{{{source.decimals}}}\Z" if source.decimals else r"-?\d+\Z")
    columns = [shape.column(label) for label in labels]
    for place, label in enumerate(labels):
        cells = [row[place] for row in rows if row[place]]
        if cells and all(map(amount.match, cells)):
            # what adds up to the calculation's total is added up, anything else is only shown as an amount
            adds_up = bool(total) and sum(map(Decimal, cells), Decimal(0)) == Decimal(str(total))
            columns[place] = source.amount(label, total=adds_up and place == len(labels) - 1)
    told = any(column["total"] for column in columns) or not total
    return shape.table(
        env._("Calculation of %s", entry.name),
        columns,
        rows,
        empty=env._("No rows."),
        total_label=env._("Total"),
        note="" if told else env._("Total of the calculation: %s", total),
    )
