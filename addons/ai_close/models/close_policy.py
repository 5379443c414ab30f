"""ai.close.policy: the thresholds and roles of a company, versioned; what is in force is read only."""

from decimal import Decimal

from odoo import api, fields, models

from ..kernel.canonical import CanonicalError, digest
from ..kernel.money import parse
from ..kernel.payload import PayloadError, check_policy
from .memo import known, remembered
from .refusal import refuse


class ClosePolicy(models.Model):
    _name = "ai.close.policy"
    _description = "Close policy"
    _inherit = ["ai.close.state.mixin"]
    _order = "company_id, version desc"
    _ai_close_protected = frozenset({"company_id", "version", "params", "digest", "valid_from"})

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    version = fields.Integer(required=True, readonly=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("in_force", "In force"),
            ("replaced", "Replaced"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
        default="draft",
    )
    params = fields.Json("Parameters", required=True, readonly=True)
    digest = fields.Char("Proof code", readonly=True)
    valid_from = fields.Date(readonly=True)

    _unique_version = models.Constraint("UNIQUE (company_id, version)", "This version exists already.")
    _one_in_force = models.UniqueIndex(
        "(company_id) WHERE state = 'in_force'", "One policy is in force already."
    )

    @api.depends("company_id", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "%(company)s policy v%(version)s", company=policy.company_id.name, version=policy.version
            )

    @api.model
    @api.private
    def _create_first(self, company, params, tz=None, start=None):
        """Create version 1 for ``company``, put it in force and switch AI Close on there.

        A later version needs a proposal and an approval; this one has nothing to be compared with.
        People come here by the set-up, which one drafts and another confirms (``ai.close.setup``).

        :param start: first day of the company's first close; None for one without a boundary
        """
        self._need_role("controller", "server", action="policy.first")
        return self._make_first(company, params, tz, start)

    @api.model
    @api.private
    def _make_first(self, company, params, tz=None, start=None, role=None, reason=None, vals=None):
        """Do what ``_create_first`` says, for a caller who judged who may."""
        company.ensure_one()
        if self.sudo().search_count([("company_id", "=", company.id)], limit=1):
            raise refuse(company, "POL001", action="policy.first")
        policy = self._guarded().create(
            {
                "company_id": company.id,
                "version": 1,
                "params": params,
                "digest": self._checked_digest(company, params),
                "valid_from": fields.Date.context_today(self),
                **(vals or {}),
            }
        )
        policy._transition("in_force", role=role, reason=reason)
        company._ai_close_enable(tz, start)
        return policy.sudo(self.env.su)

    def _checked_digest(self, company, params, action="policy.first"):
        """Return the digest of ``params``, or refuse: not of the agreed shape, or not of this company."""
        try:
            check_policy(params)
            self._check_accounts(company, params)
            return digest(params)
        except (PayloadError, CanonicalError) as error:
            raise refuse(
                company,
                "POL002",
                self.env._("The policy is not valid: %(why)s.", why=error),
                action=action,
            ) from error

    def _check_accounts(self, company, params):
        """Every account and journal that the policy names has to exist in the company and be in use."""
        wanted = set()
        for value in params["roles"].values():
            wanted.update(value if isinstance(value, list) else [value])
        accounts = self.env["account.account"].sudo().browse(wanted).exists()
        fitting = accounts.filtered_domain(self.env["account.account"]._check_company_domain(company))
        if wanted - set(fitting.ids):
            raise PayloadError("roles", "an account that the company does not have")
        for account in fitting.filtered(lambda account: not account.active):
            raise PayloadError("roles", f"account {account.with_company(company).display_name} is archived")
        family = self.env["res.company"].sudo().search([("id", "child_of", company.id)]) | company.parent_ids
        self._check_journals("auto_post.journals", params.get("auto_post", {}).get("journals", ()), company)
        self._check_journals("manual.journals", params.get("manual", {}).get("journals", ()), family)
        for name in ("adjustment_journal_id", "adjustment_close_journal_id"):
            self._check_journals(name, [params[name]] if name in params else [], company.parent_ids)

    def _check_journals(self, path, ids, companies):
        journals = self.env["account.journal"].sudo().browse(set(ids)).exists()
        if set(ids) - set(journals.filtered(lambda journal: journal.company_id in companies).ids):
            raise PayloadError(path, "a journal that the company does not have")
        for journal in journals.filtered(lambda journal: not journal.active):
            raise PayloadError(path, f"journal {journal.display_name} is archived")

    # -- which version holds

    @api.model
    @api.private
    def _today(self, company):
        """Return the day that it is in the close of ``company``."""
        tz = company.sudo().ai_close_tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=tz))

    @api.model
    @api.private
    def _in_force(self, company):
        """Return the policy that holds for ``company`` now, or none.

        An approved version holds from its date on, whether or not its state was written already.
        """
        return self._holding([("company_id", "=", company.id)])

    @api.model
    @api.private
    def _in_force_above(self, company):
        """Return the policy that binds ``company``: its own, or that of the nearest company above it."""
        return self._holding([("company_id", "in", company.sudo().parent_ids.ids)])

    @api.model
    def _holding(self, domain):
        """Return what holds among the policies of ``domain``: of the nearest company the latest version."""
        return remembered(self.sudo(), "policy", str(domain), lambda: self._find_holding(domain))

    def _find_holding(self, domain):
        found = self.sudo().search([*domain, ("state", "in", ("in_force", "approved"))])
        found = found.filtered(
            lambda policy: policy.state == "in_force" or policy.valid_from <= policy._today(policy.company_id)
        )
        # a branch has the longer path
        return found.sorted(lambda policy: (len(policy.company_id.parent_path or ""), policy.version))[-1:]

    @api.private
    def _signed_facts(self):
        """Return what a signature says of the policy that it was given under; None without one.

        The digest is taken of the parameters themselves, not of the field that shows it.
        """
        if not self:
            return None
        return known(
            self.env,
            "policy facts",
            self.id,
            lambda: {"version": self.version, "digest": digest(self._content())},
        )

    @api.private
    def _content(self):
        """Return the parameters to look at, not to change; the field gives a copy of all each time."""
        return known(self.env, "policy content", self.id, lambda: self.sudo().params) or {} if self else {}

    @api.private
    def _money(self, *path) -> Decimal | None:
        """Return an amount of the parameters, such as ``_money("limits", "match")``, or None."""
        value = self._content()
        for name in path:
            value = (value or {}).get(name)
        return None if value is None else parse(value)

    @api.private
    def _role_account(self, role):
        """Return the account (or accounts) that plays ``role`` (grni, billed_not_received, suspense)."""
        value = (self.sudo().params or {}).get("roles", {}).get(role) if self else None
        return self.env["account.account"].browse(value or [])
