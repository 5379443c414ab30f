"""What the collectors read a close with: its company, money, times and words, the same whoever asks."""

from datetime import UTC
from decimal import Decimal

from pytz import timezone, utc

from odoo import SUPERUSER_ID
from odoo.tools import SQL

from ..kernel.money import fmt
from . import shape

LOCKING = ("close.lock", "close.relock")


class Source:
    """One close as its package sees it.

    Language, time zone and companies are those of the company, never of the person who asks.
    """

    def __init__(self, close):
        """Look at ``close`` with the eyes of the server."""
        company = close.sudo().company_id
        self.language = _language(company)
        self.close = (
            close.with_user(SUPERUSER_ID)
            .with_context({})
            .with_context(
                lang=self.language,
                tz=company.ai_close_tz or "UTC",
                allowed_company_ids=company.ids,
                active_test=False,
            )
            .sudo()
        )
        self.env = self.close.env
        self.company = self.close.company_id
        self.currency = self.company.currency_id
        self.decimals = self.currency.decimal_places
        self.zone = timezone(self.company.ai_close_tz or "UTC")
        self.family = tuple(self.close._family_ids())
        self.lock_event = self._lock_event()
        self.lock = self._applied_lock()

    @property
    def companies(self):
        """Return the company and its branches: each is a set of books of its own, the company's first."""
        found = self.env["res.company"].browse(self.family)
        return found.sorted(lambda each: (each != self.company, each.id))

    @property
    def materiality(self):
        """Return what the policy of the lock (before it, of now) calls material, a Decimal, or None."""
        policies = self.env["ai.close.policy"]
        if not self.is_final:
            return policies._in_force_above(self.company)._money("materiality")
        found = policies.search(
            [
                ("company_id", "in", self.company.parent_ids.ids),
                ("state", "in", ("approved", "in_force", "replaced")),
            ],
            order="version",
        )
        last = self.book_moment[:10]
        begun = found.filtered(lambda policy: not policy.valid_from or str(policy.valid_from) <= last)
        own = begun.filtered(lambda policy: policy.company_id == self.company) or begun
        return own[-1:]._money("materiality")

    def last_actors(self, records, action):
        """Return who took ``action`` last on each record (id -> name), as the audit trail says."""
        if not records:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (res_id) res_id, user_name FROM ai_close_audit WHERE model = %s"
                " AND res_id = ANY(%s) AND action = %s AND refusal_code IS NULL ORDER BY res_id, id DESC",
                records._name,
                records.ids,
                action,
            )
        )
        return {res_id: name or "" for res_id, name in rows}

    # -- words

    @property
    def is_final(self):
        """Is this close locked now, for everybody and without a window?"""
        return self.close.state == "locked"

    def money(self, value):
        """Return an amount of the company's currency as a decimal string; None stays None."""
        return (
            None
            if value is None
            else fmt(value if isinstance(value, Decimal) else float(value), self.decimals)
        )

    def amount(self, label, *, total=False, decimals=None):
        """Describe a column of amounts in the company's currency, or with ``decimals`` of another."""
        places = self.decimals if decimals is None else decimals
        return shape.column(label, shape.AMOUNT, decimals=places, total=total)

    def day(self, value):
        """Return a date as ISO text; nothing for none."""
        return str(value) if value else ""

    def moment(self, value):
        """Return a UTC moment in the company's zone, to the minute; the zone stands in every footer."""
        return utc.localize(value).astimezone(self.zone).strftime("%Y-%m-%d %H:%M") if value else ""

    def who(self, users):
        """Return the names of people, sorted; nothing for nobody."""
        return ", ".join(sorted(user.name or user.login or "?" for user in users))

    def signed(self, users, moment, instead=""):
        """Return who signed and, below it, when; ``instead`` for nobody; nothing without a time."""
        who = self.who(users) or instead
        return f"{who}\n{self.moment(moment)}" if who and moment else who if moment else ""

    def account(self, account):
        """Return number and name of an account, as the company's chart has them."""
        own = account.with_company(self.company.root_id)
        return f"{own.code or ''} {own.name or ''}".strip()

    def label(self, record, name):
        """Return the word for the selection ``name`` of ``record``."""
        words = dict(record._fields[name]._description_selection(self.env))
        return words.get(record[name]) or (record[name] or "")

    # -- the moment of the lock

    def _lock_event(self):
        """Return the audit event by which this close was locked last, as a dict with its seal; or None.

        ``number`` and ``root`` are None as long as the event is not sealed.
        """
        self.env["ai.close.audit"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT event.id, event.event_at, event.user_name, event.action, block.number, block.root,
                       block.sealed_at, block.count, block.former_root
                  FROM ai_close_audit event
                  LEFT JOIN ai_close_audit_membership member ON member.audit_id = event.id
                  LEFT JOIN ai_close_audit_seal block ON block.id = member.seal_id
                 WHERE event.model = 'ai.close' AND event.res_id = %s AND event.action IN %s
                   AND event.refusal_code IS NULL
                 ORDER BY event.id DESC LIMIT 1
                """,
                self.close.id,
                LOCKING,
            )
        )
        return rows[0] if rows else None

    def _applied_lock(self):
        """Return the request by which the period was locked; of several the last."""
        return self.close.lock_ids.filtered(
            lambda lock: (
                lock.kind in ("lock", "adjustment")
                and lock.state == "applied"
                and lock.field == "fiscalyear_lock_date"
            )
        ).sorted("id")[-1:]

    @property
    def book_moment(self):
        """Return the moment that the files bear: of the lock; of a draft the period's last day."""
        if self.is_final and self.lock_event:
            return self.lock_event["event_at"].replace(microsecond=0, tzinfo=UTC).isoformat()
        return f"{self.close.period_end}T00:00:00+00:00"


def _language(company):
    """Return the company's own language, where it is installed; else English."""
    wanted = company.partner_id.lang
    installed = {code for code, _name in company.env["res.lang"].get_installed()}
    return wanted if wanted in installed else "en_US"
