"""ai.close.audit: what happened, written in the transaction of the act itself and never changed again."""

from datetime import UTC, date, datetime

from odoo import api, fields, models
from odoo.tools import SQL, file_open

from ..kernel.canonical import canonical_json, digest, timestamp
from ..kernel.money import fmt

FORMAT = 1
# What the digest covers, in the order of the table; `id` orders the rows and is covered by the seals.
SEALED = (
    "event_at",
    "company_id",
    "user_id",
    "user_login",
    "user_name",
    "role",
    "action",
    "model",
    "res_id",
    "res_name",
    "close_id",
    "run_id",
    "before",
    "after",
    "evidence",
    "reason",
    "refusal_code",
    "format",
)


def audit_values(record, names):
    """Return the named fields of ``record`` as plain values that canonical JSON takes."""
    return {name: _audit_value(record, record._fields[name]) for name in sorted(names)}


def _audit_value(record, field):
    value = record.sudo()[field.name]
    if field.type in ("many2one", "many2one_reference"):
        return (value.id or None) if isinstance(value, models.BaseModel) else value or None
    if field.relational:
        return value.ids
    if field.type == "monetary":
        currency = record.sudo()[field.get_currency_field(record)]
        return fmt(value, currency.decimal_places if currency else 2)
    return None if value is False and field.type != "boolean" else without_floats(value)


def without_floats(value):
    """Write floats as text, in any depth: canonical JSON takes none."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {str(key): without_floats(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_floats(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def _json(values):
    return None if values is None else canonical_json(without_floats(values))


class CloseAudit(models.Model):
    _name = "ai.close.audit"
    _inherit = ["ai.close.append.only"]
    _description = "Close audit event"
    _log_access = False
    _order = "id desc"
    _rec_name = "action"

    # Integers, not relations: a foreign key would make the writer wait for the request it reports on, and a
    # deleted record must keep its trace.
    event_at = fields.Datetime("Time (UTC)", required=True, readonly=True)
    company_id = fields.Integer("Company ID", readonly=True)
    user_id = fields.Integer("User ID", readonly=True)
    user_login = fields.Char("Login", readonly=True)
    user_name = fields.Char("Person", readonly=True)
    role = fields.Char(readonly=True)
    action = fields.Char(required=True, readonly=True, index=True)
    model = fields.Char(readonly=True)
    res_id = fields.Integer("Record ID", readonly=True)
    res_name = fields.Char("Record", readonly=True)
    close_id = fields.Integer("Close ID", readonly=True, index=True)
    run_id = fields.Integer("Run ID", readonly=True)
    before = fields.Text(readonly=True)
    after = fields.Text(readonly=True)
    evidence = fields.Text(readonly=True)
    reason = fields.Text(readonly=True)
    refusal_code = fields.Char("Refusal", readonly=True)
    digest = fields.Char(readonly=True)
    format = fields.Integer(readonly=True, default=FORMAT)

    _company_idx = models.Index("(company_id, id)")
    _record_idx = models.Index("(model, res_id)")
    _refusal_idx = models.Index("(user_id, refusal_code, event_at) WHERE refusal_code IS NOT NULL")

    def init(self):
        with file_open("ai_close/sql/audit.sql") as script:
            self.env.cr.execute(script.read())

    @api.model
    @api.private
    def _append(self, *args, **kwargs):
        """Append one event in this transaction: if it can't be written, the act fails with it.

        What is told of it: see ``_event``.
        """
        return self._insert_all([self._event(*args, **kwargs)])

    @api.model
    @api.private
    def _append_all(self, events):
        """Append many events, each given as the arguments of ``_event`` by name, in their order."""
        return self._insert_all([self._event(**each) for each in events]) if events else self.browse()

    @api.model
    @api.private
    def _event(
        self,
        action,
        record=None,
        before=None,
        after=None,
        evidence=None,
        reason=None,
        role=None,
        refusal_code=None,
        company=None,
        close_id=None,
        run_id=None,
    ):
        """Return the values of one event.

        :param record: what the act was about, one record or none
        :param before: plain values before the act (dict), :param after: and after it
        :param evidence: what the act rests on, so that it can be looked at or done again: digests of what
            was signed, versions, filters, the facts that a program or a model was given
        """
        user = self.env.user
        vals = {
            "user_id": self.env.uid,
            "user_login": user.sudo().login,
            "user_name": user.sudo().name or user.sudo().partner_id.name or None,
            "role": role or self._role_of(user),
            "action": action,
            "reason": reason or None,
            "before": _json(before),
            "after": _json(after),
            "evidence": _json(evidence),
            "refusal_code": refusal_code,
            "company_id": company.id if company else None,
            "close_id": close_id,
            "run_id": run_id,
        }
        if record is not None and record.id:
            vals.update(self._about(record, vals))
        return vals

    def _about(self, record, vals):
        """Where the event belongs: the record, its company, its close and its run."""
        record = record.sudo()
        about = {"model": record._name, "res_id": record.id, "res_name": (record.display_name or "")[:200]}
        links = {"company_id": "res.company", "close_id": "ai.close", "run_id": "ai.close.run"}
        for name, comodel in links.items():
            field = record._fields.get(name)
            if vals[name] is None and record._name == comodel:
                about[name] = record.id
            elif vals[name] is None and field is not None and field.comodel_name == comodel:
                about[name] = record[name].id or None
        return about

    @api.model
    def _role_of(self, user):
        return "+".join(sorted(user._ai_close_roles())) or None

    def _insert_all(self, vals_list):
        rows = []
        for given in vals_list:
            vals = dict(dict.fromkeys(SEALED), **given)
            vals["format"] = FORMAT
            vals["event_at"] = vals["event_at"] or datetime.now(UTC).replace(tzinfo=None)
            vals["digest"] = self._digest_of(vals)
            rows.append({name: value for name, value in vals.items() if value is not None})
        return self.sudo().with_context({})._insert_rows(rows)

    @api.model
    @api.private
    def _digest_of(self, vals):
        """Return the digest of one event's content (the sealed columns; the time as canonical text)."""
        content = {name: vals[name] for name in SEALED}
        if isinstance(content["event_at"], (date, datetime)):
            content["event_at"] = timestamp(content["event_at"])
        return digest(content)

    @api.private
    def _content(self):
        """Return what is stored of this event in the form that the digest was made of.

        Integers without a value are NULL in the table and 0 in the ORM: the table is asked.
        """
        self.ensure_one()
        columns = SQL(", ").join(SQL.identifier(name) for name in SEALED)
        row = self.env.execute_query_dict(
            SQL("SELECT %s FROM ai_close_audit WHERE id = %s", columns, self.id)
        )[0]
        return dict(row)

    @api.private
    def _intact(self):
        """Does the stored digest still fit the stored content?"""
        self.ensure_one()
        return self.digest == self._digest_of(self._content())
