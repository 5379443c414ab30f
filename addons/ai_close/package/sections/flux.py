"""Flux: what moved against before and against what was expected, and why, in whose words."""

from decimal import Decimal

from .. import shape

MODEL = "ai.close.variance"
SIGNED = "signed"


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
    waiting = [_name(each) for each in over if each.state != SIGNED]
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
            *(_drivers(source, each) for each in over if each.drivers),
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


def _name(each):
    return each.account_id.with_company(each.company_id).display_name or ""


def _list(source, title, found, empty):
    env = source.env
    return shape.table(
        title,
        [
            shape.column(env._("Account")),
            source.amount(env._("Now"), total=True),
            source.amount(env._("Month before"), total=True),
            source.amount(env._("Year before"), total=True),
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
                _name(each),
                source.money(each.actual),
                source.money(each.month),
                source.money(each.year),
                source.money(each.expected) if each.method else None,
                source.label(each, "against"),
                source.money(each.change),
                f"{each.change_pct:.1f}" if each.change_pct else "",
                each.explanation or "",
                source.label(each, "author") if each.explanation else "",
                f"{source.who(each.prepared_by_id)} {source.moment(each.prepared_at)}".strip(),
                f"{source.who(each.signed_by_id)} {source.moment(each.signed_at)}".strip(),
            ]
            for each in found
        ],
        empty=empty,
        total_label=env._("Total"),
    )


def _drivers(source, each):
    """Return what made an account move; each base and dimension has a sum that is the change."""
    env = source.env
    rows = [list(row.values()) for row in each.driver_rows or ()]
    return shape.table(
        env._("What made %s move", _name(each)),
        [
            shape.column(env._("Against")),
            shape.column(env._("By")),
            shape.column(env._("Driver")),
            source.amount(env._("Amount")),
        ],
        [[*row[:3], source.money(Decimal(row[3]))] for row in rows],
        empty="",
    )
