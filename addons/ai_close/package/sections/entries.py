"""Adjusting entries: lines, the calculation they rest on, and who prepared, reviewed and approved each."""

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
                _signed(source, entry.prepared_by_id, entry.prepared_at),
                _signed(source, entry.reviewed_by_id, entry.reviewed_at),
                _signed(source, entry.approved_by_id, entry.approved_at)
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
                line.account_id.with_company(source.company.root_id).display_name,
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
    columns = [shape.column(str(label)) for label in calculation.get("columns") or ()]
    if columns:
        rows = [
            ["" if cell is None else str(cell) for cell in row][: len(columns)]
            for row in calculation.get("rows") or ()
        ]
        yield shape.table(
            env._("Calculation of %s", entry.name),
            columns,
            [row + [""] * (len(columns) - len(row)) for row in rows],
            empty=env._("No rows."),
            note=env._("Total of the calculation: %s", calculation["total"])
            if calculation.get("total")
            else "",
        )


def _signed(source, user, moment):
    return f"{source.who(user)} {source.moment(moment)}" if user else ""
