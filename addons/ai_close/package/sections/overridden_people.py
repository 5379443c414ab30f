"""Overrides of people and locks: absences, windows, exceptions, adoptions, two signatures of one person."""

import json

from odoo.tools import SQL

from .. import shape
from .overridden import told


def delegations(source):
    """Absences that counted on a day from the first of the period to the lock."""
    env, close = source.env, source.close
    last = source.book_moment[:10] if source.is_final else None
    domain = [
        ("company_id", "in", source.company.parent_ids.ids),
        ("state", "in", ("accepted", "ended")),
        ("date_to", ">=", close.period_start),
    ]
    if last:
        domain.append(("date_from", "<=", last))
    return told(
        source,
        env._("Delegations"),
        [
            shape.column(env._("Absent")),
            shape.column(env._("Delegate")),
            shape.column(env._("Steps of")),
            shape.column(env._("From"), shape.DATE),
            shape.column(env._("To"), shape.DATE),
            shape.column(env._("Asked by")),
            shape.column(env._("Accepted by")),
            shape.column(env._("Why")),
        ],
        [
            [
                source.who(each.from_id),
                source.who(each.to_id),
                source.label(each, "role"),
                source.day(each.date_from),
                source.day(each.ended_on or each.date_to),
                source.who(each.asked_by_id),
                source.who(each.accepted_by_id),
                each.reason or "",
            ]
            for each in env["ai.close.delegation"].search(domain, order="date_from, id")
        ],
    )


def on_behalf(source):
    """Steps of this close that somebody took for somebody absent: both names, as the trail has them."""
    env = source.env
    events = env.execute_query_dict(
        SQL(
            "SELECT id, event_at, user_name, action, res_name, evidence FROM ai_close_audit"
            " WHERE close_id = %s AND evidence LIKE %s AND refusal_code IS NULL AND id <= %s ORDER BY id",
            source.close.id,
            '%"on_behalf_of"%',
            _last_event(source),
        )
    )
    return told(
        source,
        env._("Steps taken for somebody absent"),
        [
            shape.column(env._("Step")),
            shape.column(env._("Record")),
            shape.column(env._("Taken by")),
            shape.column(env._("For")),
            shape.column(env._("At")),
        ],
        [
            [
                event["action"],
                event["res_name"] or "",
                event["user_name"] or "",
                (json.loads(event["evidence"]).get("on_behalf_of") or {}).get("name") or "?",
                source.moment(event["event_at"]),
            ]
            for event in events
        ],
    )


def reopens(source):
    """Return the windows in which the period was open again."""
    env = source.env
    return told(
        source,
        env._("Reopened after the lock"),
        [
            shape.column(env._("Opened")),
            shape.column(env._("Locked again")),
            shape.column(env._("For")),
            shape.column(env._("Approved by")),
            shape.column(env._("Posted, reversed, changed"), shape.COUNT, total=True),
            source.amount(env._("Effect on the result"), total=True),
            shape.column(env._("Signed by")),
            shape.column(env._("Why")),
        ],
        [
            [
                source.moment(each.opened_at),
                source.moment(each.ended_at),
                source.who(each.user_ids),
                source.who(each.approved_by_id),
                each.count_posted + each.count_reversed + each.count_changed,
                source.money(each.result),
                source.who(each.signed_by_id) or env._("nobody yet"),
                each.reason or "",
            ]
            for each in source.close.reopen_report_ids.sorted("id")
        ],
    )


def exceptions(source):
    """Lock exceptions for one person that reached into this period or were approved in it."""
    env, close = source.env, source.close
    domain = [
        ("company_id", "=", source.company.id),
        ("kind", "=", "exception"),
        ("state", "in", ("approved", "applied", "expired")),
        ("approved_at", ">=", close.period_start),
        ("date_new", "<", close.period_end),
    ]
    if source.is_final and source.lock_event:
        domain.append(("approved_at", "<=", source.lock_event["event_at"]))
    return told(
        source,
        env._("Lock exceptions"),
        [
            shape.column(env._("For")),
            shape.column(env._("Lock date")),
            shape.column(env._("Open after"), shape.DATE),
            shape.column(env._("Until")),
            shape.column(env._("Approved by")),
            shape.column(env._("Why")),
        ],
        [
            [
                source.who(each.exception_user_id),
                source.label(each, "field"),
                source.day(each.date_new),
                source.moment(each.exception_until),
                source.who(each.approved_by_id),
                each.reason or "",
            ]
            for each in env["ai.close.lock"].search(domain, order="id")
        ],
    )


def adoptions(source):
    """Entries booked by hand that two people let count as proposed, or had taken back."""
    env, close = source.env, source.close
    found = env["ai.close.adoption"].search(
        [
            ("company_id", "in", list(source.family)),
            ("state", "=", "reviewed"),
            ("move_id.date", ">=", close.period_start),
            ("move_id.date", "<=", close.period_end),
        ],
        order="id",
    )
    return told(
        source,
        env._("Booked by hand, adopted or rejected"),
        [
            shape.column(env._("Entry")),
            shape.column(env._("Date"), shape.DATE),
            source.amount(env._("Amount"), total=True),
            shape.column(env._("Decision")),
            shape.column(env._("Prepared by")),
            shape.column(env._("Reviewed by")),
            shape.column(env._("Why")),
        ],
        [
            [
                each.move_id.name or "",
                source.day(each.move_date),
                source.money(each.amount),
                source.label(each, "decision"),
                source.who(each.prepared_by_id),
                source.who(each.reviewed_by_id),
                each.reason or "",
            ]
            for each in found
        ],
    )


def one_person(source):
    """Return what one person both reviewed and approved."""
    env = source.env
    entries = source.close.entry_ids.filtered("same_person").sorted("id")
    return told(
        source,
        env._("Reviewed and approved by one person (small team)"),
        [
            shape.column(env._("Entry")),
            source.amount(env._("Amount"), total=True),
            shape.column(env._("Prepared by")),
            shape.column(env._("Reviewed and approved by")),
        ],
        [
            [
                each.name,
                source.money(each.amount_total),
                source.who(each.prepared_by_id),
                source.who(each.approved_by_id),
            ]
            for each in entries
        ],
    )


def _last_event(source):
    """Return the number of the event that locked this close; without one every event counts."""
    return source.lock_event["id"] if source.is_final and source.lock_event else 2**31 - 1
