"""Overrides of the work: what was waived, left out, left open, or decided many at a time or by nobody."""

from .. import shape
from . import findings
from .overridden import told


def waivers(source):
    """Return the findings that were waived."""
    env = source.env
    waived = env["ai.close.finding"].search(
        [("close_id", "=", source.close.id), ("state", "=", "waived")], order="severity_rank, id"
    )
    return told(
        source,
        env._("Findings waived"),
        [
            *findings.columns(source, total=True),
            shape.column(env._("Asked for by")),
            shape.column(env._("Waived by")),
            shape.column(env._("Why")),
        ],
        [
            [
                *findings.cells(source, each),
                source.who(each.waive_requested_by_id),
                source.who(each.waived_by_id),
                each.waive_reason or "",
            ]
            for each in waived
        ],
    )


def not_applicable(source):
    """Return the tasks that two people said do not apply."""
    env = source.env
    tasks = source.close.task_ids.filtered(lambda task: task.state == "not_applicable").sorted("id")
    confirmed = source.last_actors(tasks, "task.not_applicable")
    return told(
        source,
        env._("Tasks not applicable"),
        [
            shape.column(env._("Task")),
            shape.column(env._("Said by")),
            shape.column(env._("Confirmed by")),
            shape.column(env._("Why")),
        ],
        [
            [task.name, source.who(task.na_requested_by_id), confirmed.get(task.id, ""), task.na_reason or ""]
            for task in tasks
        ],
    )


def open_items(source):
    """Items that were left open by name; what became of them later is told by later packages."""
    env = source.env
    return told(
        source,
        env._("Left open at the lock"),
        [
            shape.column(env._("Item")),
            shape.column(env._("Open since")),
            shape.column(env._("Months"), shape.COUNT),
            shape.column(env._("Number"), shape.COUNT),
            source.amount(env._("Amount"), total=True),
            shape.column(env._("Named by")),
            shape.column(env._("Accepted by")),
            shape.column(env._("Second controller")),
            shape.column(env._("Why")),
        ],
        [
            [
                row["item"],
                row["open_since"],
                row["age_months"],
                row["number"],
                source.money(row["amount"]),
                row["named_by"],
                row["accepted_by"] or "",
                row["second_by"] or "",
                row["reason"],
            ]
            for row in source.close._package_open_items()
        ],
        no_data_label=env._("%s without amount"),
    )


def posted_together(source):
    """Return the entries that were approved with one word."""
    env = source.env
    postings = env["ai.close.entry.posting"].search([("close_id", "=", source.close.id)], order="id")
    return told(
        source,
        env._("Entries approved together"),
        [
            shape.column(env._("Posting")),
            shape.column(env._("Entries"), shape.COUNT, total=True),
            source.amount(env._("Amount"), total=True),
            shape.column(env._("Approved by")),
            shape.column(env._("At")),
            shape.column(env._("Why")),
        ],
        [
            [
                each.name,
                each.entry_count,
                source.money(each.amount_total),
                source.who(each.approved_by_id),
                source.moment(each.approved_at),
                each.reason or "",
            ]
            for each in postings
        ],
    )


def _batches(source, origin):
    """Return ``(batch, accepted matches of this close, opened of its sample)``, of this origin."""
    lines = source.env["ai.close.match.batch.line"]
    groups = lines._read_group(
        [
            ("match_id.close_id", "=", source.close.id),
            ("batch_id.origin", "=", origin),
            ("outcome", "=", "accepted"),
        ],
        ["batch_id"],
        ["__count"],
    )
    for batch, count in sorted(groups, key=lambda group: group[0].id):
        opened = lines.search_count(
            [("batch_id", "=", batch.id), ("sample", "=", True), ("opened_at", "!=", False)]
        )
        yield batch, count, opened


def matched_together(source):
    """Return the bank matches that were accepted as a band."""
    env = source.env
    return told(
        source,
        env._("Bank matches accepted together"),
        [
            shape.column(env._("Batch")),
            shape.column(env._("Matches of this period"), shape.COUNT, total=True),
            shape.column(env._("Opened before"), shape.COUNT, total=True),
            shape.column(env._("Asked for by")),
            shape.column(env._("At")),
        ],
        [
            [
                batch.display_name,
                count,
                opened,
                source.who(batch.requested_by_id),
                source.moment(batch.requested_at),
            ]
            for batch, count, opened in _batches(source, "person")
        ],
    )


def unattended(source):
    """What the server accepted or posted by itself, as the policy lets it."""
    env = source.env
    rows = [
        [
            env._("Bank matches: %s", batch.display_name),
            count,
            None,
            source.moment(batch.done_at),
            batch.policy_id.display_name or "",
        ]
        for batch, count, _opened in _batches(source, "policy")
    ]
    posted = env["ai.close.auto.post"].search(
        [("close_id", "=", source.close.id), ("posted_count", ">", 0)], order="id"
    )
    rows += [
        [
            env._("Drafts posted: %s", each.display_name) + _undone(source, each),
            each.posted_count,
            source.money(each.amount),
            source.moment(each.done_at),
            each.policy_id.display_name or "",
        ]
        for each in posted
    ]
    # a batch of matches has no sum of its own: what it accepted stands in the bank's lines
    rows = [
        [what, count, "" if amount is None else amount, at, under] for what, count, amount, at, under in rows
    ]
    return told(
        source,
        env._("Done unattended, by the policy"),
        [
            shape.column(env._("What")),
            shape.column(env._("Number"), shape.COUNT, total=True),
            source.amount(env._("Amount"), total=True),
            shape.column(env._("At")),
            shape.column(env._("Under")),
        ],
        rows,
    )


def _undone(source, posted):
    return (
        source.env._(" (reversed by %s)", source.who(posted.reversed_by_id)) if posted.reversed_by_id else ""
    )
