"""Flux: what moved against before and against what was expected, and why, in whose words."""

from itertools import chain, zip_longest

from ...kernel.variance import EXPECTED, via
from .. import shape

MODEL = "ai.close.variance"
SIGNED = "signed"
# A signature that was struck stands in the trail, not here.
PREPARED = ("prepared", SIGNED)
YEAR = "year"


def collect(source):
    """Return the section; of a period that nobody compared it says that there is no data."""
    env = source.env
    title = env._("Flux")
    found = env[MODEL].search([("close_id", "=", source.close.id)]) if MODEL in env else ()
    # what no longer counts is archived, and archived records are read here for people's names
    found = [each for each in found if each.active]
    if not found:
        sentence = env._("Nobody compared this period with those before it: no data.")
        return shape.section("flux", title, notices=[shape.notice(sentence, shape.ALERT)])
    found.sort(key=lambda each: (_code(each), each.id))
    over = [each for each in found if each.is_over]
    waiting = [source.account(each.account_id) for each in over if each.state != SIGNED]
    notices = []
    if waiting:
        sentence = env._("Over the threshold and not signed: %s.", "; ".join(waiting))
        notices.append(shape.notice(sentence, shape.ALERT))
    return shape.section(
        "flux",
        title,
        notices=notices,
        tables=[
            _list(
                source, env._("To explain"), over, env._("Nothing moved by more than the policy's threshold.")
            ),
            *(table for each in over if each.drivers for table in _drivers(source, each)),
            _list(
                source,
                env._("Below the threshold"),
                [each for each in found if not each.is_over],
                env._("None."),
            ),
        ],
    )


def _code(each):
    return each.account_id.with_company(each.company_id).code or ""


def _list(source, title, found, empty):
    env = source.env
    return shape.table(
        title,
        [
            shape.column(env._("Account")),
            source.amount(env._("Now")),
            source.amount(env._("Month before")),
            source.amount(env._("Year before")),
            source.amount(env._("Expected")),
            shape.column(env._("Against")),
            source.amount(env._("Change")),
            shape.column("%", shape.PERCENT),
            shape.column(env._("Why")),
            shape.column(env._("Words of")),
            shape.column(env._("Explained by")),
            shape.column(env._("Signed by")),
        ],
        [
            [
                source.account(each.account_id),
                source.money(each.actual),
                source.money(each.month),
                source.money(each.year),
                source.money(each.expected) if each.method else None,
                source.label(each, "against"),
                source.money(each.change),
                f"{each.change_pct:.1f}" if each.change_pct else "",
                each.explanation or "",
                _words_of(source, each) if each.explanation else "",
                source.signed(each.prepared_by_id, each.prepared_at) if each.state in PREPARED else "",
                _signature(source, each),
            ]
            for each in found
        ],
        empty=empty,
        note=env._(
            "Accounts of the balance sheet by their closing balance, income and expenses by what the month"
            " moved. Amounts are debit positive; percentages go by the account's own direction: fewer sales"
            " read as a fall."
        ),
    )


def _words_of(source, each):
    """Return whose words explain a move: a model's are marked so until a person signed them."""
    if each.author == "model" and each.state != SIGNED:
        return source.env._("Text by %s, not by a person", each.text_model or "")
    return source.label(each, "author")


def _signature(source, each):
    """Return who signed, or in words why nobody did: a signature that was struck is none."""
    if each.state == SIGNED:
        return source.signed(each.signed_by_id, each.signed_at)
    return ": ".join(filter(None, (source.label(each, "state"), each.stale_reason))) if each.is_over else ""


def _drivers(source, each):
    """Yield what made an account move, a table a base: each column of amounts adds up to the change from it.

    The base that the change above is against comes first. Against a year that had nothing every item is a
    driver: that is told only where it is what was asked; what leads on from an expectation is told there.
    """
    env = source.env
    by_base = {}
    for step in each.steps:
        by_base.setdefault(step["base"], []).append(step)
    for base, steps in by_base.items():
        if base != each.against and (
            (base == YEAR and not each.year)
            or base == EXPECTED
            or (each.against == EXPECTED and base == via(each.area, each.method))
        ):
            continue
        parts = [[[row["name"], row["amount"]] for row in step["rows"]] for step in steps]
        yield shape.table(
            env._(
                "What made %(account)s move, against: %(against)s",
                account=source.account(each.account_id),
                against=steps[0]["base_label"],
            ),
            [
                column
                for step in steps
                for column in (shape.column(step["label"]), source.amount(env._("Amount"), total=True))
            ],
            [list(chain.from_iterable(cells)) for cells in zip_longest(*parts, fillvalue=["", ""])],
            empty="",
            note=steps[0]["says"],
            total_label=env._("Total"),
        )
