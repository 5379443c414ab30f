"""Differences that people knew of and left at the year's end: rejected, waived, not tied out, left open.

The list that auditors keep as the summary of unadjusted differences.  Amounts are sizes; the effect on the
result is signed (debit positive: less profit) and no data where nobody said which accounts it concerns.
"""

from decimal import Decimal

from ...kernel.money import exact
from .. import shape, year

# What is still to be decided when the books are locked was not booked either.
NOT_BOOKED = ("rejected", "stale", "proposed", "prepared", "reviewed", "approved")
# They stand here by themselves.
ELSEWHERE = ("ai.close.entry", "ai.close.tie.out")
_RESULT = ("income", "expense")


def table(source):
    """Return ``(notices, the table)``."""
    env = source.env
    rows = [*_entries(source), *_waived(source), *_apart(source), *_open(source)]
    made = shape.table(
        env._("Differences that were not adjusted"),
        [
            shape.column(env._("Kind")),
            shape.column(env._("Period")),
            shape.column(env._("What")),
            source.amount(env._("Amount"), total=True),
            source.amount(env._("Effect on the result"), total=True),
            shape.column(env._("Decided by")),
            shape.column(env._("Why")),
        ],
        rows,
        empty=env._("None: nothing was rejected, waived, left apart or left open."),
        total_label=env._("Total"),
        no_data_label=env._("%s without"),
        note=env._(
            "Amounts without sign. The effect on the result is debit positive: what was not booked would have"
            " taken so much from the profit."
        ),
    )
    return list(_judged(source, made)), made


def _judged(source, made):
    """Compare what was left with the materiality of the policy that held."""
    env, limit = source.env, source.materiality
    if not made["rows"]:
        return
    effect, amount = Decimal(made["total"][4]), Decimal(made["total"][3])
    if limit is None:
        sentence = env._(
            "No policy says what is material: no data to compare %s of differences with.", amount
        )
        yield shape.notice(sentence, shape.ALERT)
    elif max(abs(effect), amount) >= limit:
        sentence = env._(
            "Differences of %(amount)s were not adjusted, %(effect)s of them known to be of the result;"
            " materiality is %(limit)s.",
            amount=source.money(amount),
            effect=source.money(effect),
            limit=source.money(limit),
        )
        yield shape.notice(sentence, shape.ALERT)


def _entries(source):
    """Entries that were proposed for the last period and not booked."""
    env = source.env
    for close in year.closes(source):
        for entry in close.entry_ids.filtered(lambda entry: entry.state in NOT_BOOKED).sorted("id"):
            effect = sum(
                (
                    exact(line.balance)
                    for line in entry.line_ids
                    if (line.account_id.account_type or "").startswith(_RESULT)
                ),
                Decimal(0),
            )
            yield [
                env._("Proposed, not booked"),
                close.name,
                f"{entry.name}, {entry.ref or entry._kind_name()}",
                source.money(abs(exact(entry.amount_total))),
                source.money(effect),
                source.last_actors(entry, "entry.reject").get(entry.id, ""),
                entry.reject_reason or source.label(entry, "state"),
            ]


def _waived(source):
    """Findings of the whole year that two people waived."""
    env = source.env
    first = env["ai.close.ledger"]._year_start(source.company, source.close.period_end)
    found = env["ai.close.finding"].search(
        [
            ("company_id", "=", source.company.id),
            ("state", "=", "waived"),
            ("amount", "!=", 0),
            ("close_id.period_end", ">=", first),
            ("close_id.period_end", "<=", source.close.period_end),
        ],
        order="id",
    )
    for each in found:
        yield [
            env._("Finding, waived"),
            each.close_id.name,
            f"{each.rule}: {each.title}",
            source.money(abs(exact(each.amount))),
            None,
            source.who(each.waive_requested_by_id | each.waived_by_id),
            each.waive_reason or "",
        ]


def _apart(source):
    """Balances of the last day that do not tie to their other side; in a foreign currency without amount."""
    env = source.env
    found = env["ai.close.tie.out"].search(
        [("close_id", "in", year.closes(source).ids), ("state", "!=", "dropped")], order="id"
    )
    for each in found.filtered(lambda each: each.source_state != "no_data" and not each.ties):
        amount = abs(exact(each.open_amount))
        own = each.currency_id == source.currency
        yield [
            env._("Does not tie"),
            each.close_id.name,
            each.name if own else f"{each.name}: {amount} {each.currency_id.name}",
            source.money(amount) if own else None,
            None,
            source.who(each.signed_by_id),
            each.note or "",
        ]


def _open(source):
    """Return what the lock left open by name."""
    env = source.env
    items = year.closes(source).open_item_ids.filtered(
        lambda item: (
            item.state != "dropped"
            and item.source_model not in ELSEWHERE
            and (item.amount or not item.amount_known)
        )
    )
    for item in items.sorted("id"):
        own = item.currency_id in (source.currency, source.env["res.currency"])
        yield [
            env._("Left open"),
            item.first_close_id.name,
            item.label,
            source.money(abs(exact(item.amount))) if item.amount_known and own else None,
            None,
            source.who(item.named_by_id | item.accepted_by_id),
            item.reason or "",
        ]
