"""Findings and how they ended: explained, fixed, waived or closed, by whom and with which words."""

from .. import shape

OPEN = ("open", "assigned", "explained", "fixed")
ENDS = ("waived", "explained", "fixed", "closed", "assigned", "open")
# More of one rule and one end than a reader reads one by one are told as a number; the workbook is no other.
MOST = 2000


def collect(source):
    """Return the section."""
    env = source.env
    findings = env["ai.close.finding"].search([("close_id", "=", source.close.id)], order="id")
    undecided = findings.filtered(lambda each: each.state in OPEN)
    grave = undecided.filtered(lambda each: each.severity in ("critical", "high"))
    notices = []
    if grave:
        notices.append(
            shape.notice(env._("%s critical or high findings are not decided.", len(grave)), shape.ALERT)
        )
    shown = findings.sorted(
        lambda each: (each.severity_rank, ENDS.index(each.state), -abs(each.amount), each.id)
    )
    told = shown[:MOST]
    tables = [_counts(source, findings), _list(source, told)]
    if len(shown) > MOST:
        tables[-1]["note"] = env._("%s more of the lowest severities are counted above.", len(shown) - MOST)
    return shape.section("findings", env._("Findings"), notices=notices, tables=tables)


def columns(source, *, total=False):
    """Return the columns that say which finding it is, for every table that has findings in its rows."""
    env = source.env
    return [
        shape.column(env._("Severity")),
        shape.column(env._("Rule")),
        shape.column(env._("Finding")),
        source.amount(env._("Amount"), total=total),
    ]


def cells(source, finding):
    """Return what stands in these columns."""
    return [source.label(finding, "severity"), finding.rule, finding.title, source.money(finding.amount)]


def _counts(source, findings):
    """Return a row a severity: how many ended in which way."""
    env = source.env
    states = dict(findings._fields["state"]._description_selection(env))
    rows = []
    for severity, label in findings._fields["severity"]._description_selection(env):
        own = findings.filtered(lambda each, severity=severity: each.severity == severity)
        if own:
            counts = [len(own.filtered(lambda each, state=state: each.state == state)) for state in ENDS]
            rows.append([label, *counts, len(own)])
    return shape.table(
        env._("By severity and end"),
        [
            shape.column(env._("Severity")),
            *(shape.column(states[state], shape.COUNT, total=True) for state in ENDS),
            shape.column(env._("All"), shape.COUNT, total=True),
        ],
        rows,
        empty=env._("The rules found nothing in this period."),
        total_label=env._("Total"),
    )


def _list(source, findings):
    env = source.env
    return shape.table(
        env._("One by one"),
        [
            *columns(source),
            shape.column(env._("Ended as")),
            shape.column(env._("By")),
            shape.column(env._("Words")),
        ],
        [
            [
                *cells(source, each),
                source.label(each, "state"),
                _people(source, each),
                _words(source, each),
            ]
            for each in findings
        ],
        empty=env._("None."),
    )


def _people(source, finding):
    if finding.state == "waived":
        return source.who(finding.waive_requested_by_id | finding.waived_by_id)
    if finding.confirmed_by_id:
        return source.who(finding.confirmed_by_id)
    if finding.state == "fixed":
        return source.who(finding.fixed_by_id)
    if finding.state == "closed":
        return source.env._("the server, on the next run")
    return source.who(finding.explained_by_id or finding.owner_id)


def _words(source, finding):
    return (finding.waive_reason if finding.state == "waived" else finding.explanation) or ""
