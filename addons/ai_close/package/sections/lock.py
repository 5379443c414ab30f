"""The lock: who asked, who agreed, how ready it was, each reopen, and the seal over all that led to it."""

from .. import shape


def collect(source):
    """Return the section."""
    env, event = source.env, source.lock_event
    requests = source.close.lock_ids.sorted("id")
    notices = []
    if source.is_final and not event:
        notices.append(
            shape.notice(
                env._("The period was locked before there was an audit trail of it: no data."),
                shape.ALERT,
            )
        )
    elif source.is_final and not event["root"]:
        notices.append(
            shape.notice(env._("The lock is not sealed yet: make this package once more."), shape.ALERT)
        )
    return shape.section(
        "lock",
        env._("Lock and audit seal"),
        notices=notices,
        facts=[*_seal(source), *_how_ready(source)],
        tables=[_requests(source, requests), *_reopens(source)],
    )


def _seal(source):
    env, event = source.env, source.lock_event
    if not (source.is_final and event):
        return []
    facts = [(env._("Locked at"), source.moment(event["event_at"])), (env._("Locked by"), event["user_name"])]
    if event["root"]:
        facts += [
            (
                env._("Sealed in block"),
                env._(
                    "%(number)s of %(count)s events, at %(at)s",
                    number=event["number"],
                    count=event["count"],
                    at=source.moment(event["sealed_at"]),
                ),
            ),
            (env._("Proof code (root)"), event["root"]),
            (env._("Proof code of the block before"), event["former_root"]),
        ]
    return facts


def _how_ready(source):
    """Return what was open when the lock was approved, as it was written down then."""
    env, readiness = source.env, source.lock.readiness or {}
    if not (source.is_final and readiness):
        return []
    return [
        (env._("Ready at the lock"), f"{readiness.get('pct', 0)} %"),
        (env._("Counted"), readiness.get("formula", "")),
        *(
            (env._("Open at the lock"), f"{each.get('label', '')} ({each.get('count', '')})")
            for each in readiness.get("blockers") or ()
        ),
    ]


def _requests(source, requests):
    env = source.env
    return shape.table(
        env._("Requests"),
        [
            shape.column(env._("Request")),
            shape.column(env._("Kind")),
            shape.column(env._("Lock date")),
            shape.column(env._("To"), shape.DATE),
            shape.column(env._("State")),
            shape.column(env._("Asked by")),
            shape.column(env._("Open items accepted by")),
            shape.column(env._("Approved by")),
            shape.column(env._("Reason")),
        ],
        [
            [
                each.name,
                source.label(each, "kind"),
                source.label(each, "field"),
                source.day(each.date_new),
                source.label(each, "state"),
                source.signed(each.requested_by_id, each.requested_at),
                source.signed(each.second_by_id, each.second_at),
                source.signed(each.approved_by_id, each.approved_at),
                each.reject_reason or each.reason or "",
            ]
            for each in requests
        ],
        empty=env._("Nobody asked for the lock."),
    )


def _reopens(source):
    env = source.env
    for report in source.close.reopen_report_ids.sorted("id"):
        yield shape.table(
            env._(
                "Open again %(start)s to %(end)s for %(people)s: %(why)s. Signed by %(who)s.",
                start=source.moment(report.opened_at),
                end=source.moment(report.ended_at or report.until),
                people=source.who(report.user_ids),
                why=report.reason or "-",
                who=source.who(report.signed_by_id) or env._("nobody yet"),
            ),
            [
                shape.column(env._("Done")),
                shape.column(env._("Entry")),
                shape.column(env._("By")),
                shape.column(env._("At")),
                source.amount(env._("Amount")),
                source.amount(env._("Effect on the result"), total=True),
            ],
            [
                [
                    source.label(line, "kind"),
                    line.move_id.name or line.label or "",
                    source.who(line.user_id),
                    source.moment(line.done_at),
                    source.money(line.amount),
                    source.money(line.result),
                ]
                for line in report.line_ids.sorted("id")
            ],
            empty=env._("Nothing was posted in this window."),
            total_label=env._("Total"),
        )
