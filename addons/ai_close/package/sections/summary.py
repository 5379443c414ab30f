"""The first page: whose close, how it stands, who locked it, and what a reader has to see before all else."""

from .. import shape


def collect(source):
    """Return the summary; the loud notices of the other sections are added to it."""
    env, close, lock, event = source.env, source.close, source.lock, source.lock_event
    locked = source.is_final and event
    facts = [
        (env._("Company"), source.company.name),
        (env._("Period"), f"{close.name} ({close.period_start} - {close.period_end})"),
        (env._("Kind"), source.label(close, "kind")),
        (env._("Version"), close.version),
        (env._("State"), source.label(close, "state")),
        (env._("Due"), source.day(close.date_due)),
        (env._("Currency"), source.currency.name),
        (env._("Locked"), source.moment(event["event_at"]) if locked else env._("not locked")),
        (env._("Lock asked for by"), source.who(lock.requested_by_id) if locked else ""),
        (env._("Lock approved by"), source.who(lock.approved_by_id) if locked else ""),
        (env._("Proof code at the lock"), _proof(source) if locked else env._("none yet")),
    ]
    notices = []
    if not source.is_final:
        notices.append(
            shape.notice(
                env._(
                    "This period is not locked: what stands here can still change, and nobody approved it."
                ),
                shape.ALERT,
            )
        )
    return shape.section(
        "summary", env._("Summary"), notices=notices, facts=[pair for pair in facts if pair[1]]
    )


def _proof(source):
    event, env = source.lock_event, source.env
    if not event["root"]:
        return env._("not sealed yet")
    return env._("block %(number)s: %(root)s", number=event["number"], root=event["root"])
