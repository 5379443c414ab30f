"""Tie-outs: each balance against its other side.  No data is said before all else and is never zero."""

from .. import shape

MODEL = "ai.close.tie.out"
DROPPED, SIGNED, NO_DATA = "dropped", "signed", "no_data"
# A signature that was struck stands in the trail, not here.
PREPARED = ("prepared", SIGNED)
BESIDE = "beside"


def collect(source):
    """Return the section; of a period without a single tie-out it says that there is no data."""
    env = source.env
    title = env._("Tie-outs")
    found = env[MODEL].search([("close_id", "=", source.close.id)]) if MODEL in env else ()
    found = [each for each in found if each.state != DROPPED]
    if not found:
        sentence = env._("No tie-outs were made for this period: no data.")
        return shape.section("tie_outs", title, notices=[shape.notice(sentence, shape.ALERT)])
    found.sort(key=lambda each: (each.area, each.kind, each.name, each.id))
    return shape.section(
        "tie_outs",
        title,
        notices=_notices(source, found),
        tables=[_overview(source, found), *(_items(source, each) for each in found if each.item_ids)],
    )


def _notices(source, found):
    env = source.env
    without = [each.name for each in found if each.source_state == NO_DATA]
    wrong = [each.name for each in found if each.source_state != NO_DATA and not each.ties]
    waiting = [each.name for each in found if each.required and each.state != SIGNED]
    told = []
    if without:
        told.append(env._("NO DATA for: %s.", "; ".join(without)))
    if wrong:
        told.append(env._("Does not tie: %s.", "; ".join(wrong)))
    if waiting:
        told.append(env._("Due this month and not signed: %s.", "; ".join(waiting)))
    return [shape.notice(sentence, shape.ALERT) for sentence in told]


def _overview(source, found):
    env = source.env
    places = max(each.currency_id.decimal_places for each in found)
    return shape.table(
        env._("Balances and their other sides"),
        [
            shape.column(env._("Balance")),
            shape.column(env._("Currency")),
            source.amount(env._("Ledger"), decimals=places),
            source.amount(env._("Other side"), decimals=places),
            source.amount(env._("Difference"), decimals=places),
            source.amount(env._("Explained"), decimals=places),
            source.amount(env._("Left open"), decimals=places),
            shape.column(env._("Other side is")),
            shape.column(env._("State")),
            shape.column(env._("Prepared by")),
            shape.column(env._("Signed by")),
            shape.column(env._("Notes and evidence")),
        ],
        [
            [
                each.name,
                each.currency_id.name,
                *_amounts(source, each),
                ", ".join(filter(None, (source.label(each, "source_state"), each.source))),
                source.label(each, "state"),
                source.signed(each.prepared_by_id, each.prepared_at) if each.state in PREPARED else "",
                source.signed(each.signed_by_id, each.signed_at) if each.state == SIGNED else "",
                _words(each),
            ]
            for each in found
        ],
        empty="",
    )


def _amounts(source, each):
    """Return ledger, other side, difference, explained, open; all but the first are unknown without data."""
    figures = [each.balance, each.other_balance, each.difference, each.explained, each.open_amount]
    figures = [_exact(each.currency_id, value) for value in figures]
    return figures if each.source_state != NO_DATA else [figures[0], None, None, None, None]


def _exact(currency, value):
    return f"{currency.round(value):.{currency.decimal_places}f}"


def _words(each):
    files = sorted(file.name or "?" for file in each._ai_close_files())
    return "; ".join([*filter(None, (each.why, each.note, each.stale_reason)), *files])


def _items(source, each):
    env, places = source.env, each.currency_id.decimal_places
    return shape.table(
        env._("Items of %(name)s, %(currency)s", name=each.name, currency=each.currency_id.name),
        [
            shape.column(env._("Item")),
            shape.column(env._("What it is")),
            shape.column(env._("Counts as")),
            source.amount(env._("Amount"), total=True, decimals=places),
            shape.column(env._("Since"), shape.DATE),
            shape.column(env._("Age (days)"), shape.COUNT),
        ],
        [
            [
                item.label or "",
                item.what or "",
                source.label(item, "effect"),
                _exact(each.currency_id, item.amount),
                source.day(item.date),
                item.age_days if item.date else "",
            ]
            for item in each.item_ids.sorted(lambda item: (item.sequence, item.id))
        ],
        empty="",
        total_label=env._("Total"),
        note=env._("Beside: it stands on both sides or on neither, and is no part of the difference.")
        if BESIDE in each.item_ids.mapped("effect")
        else "",
    )
