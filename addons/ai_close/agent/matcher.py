"""The port's part of the matcher's versions: what people decided goes out, what was learned comes in.

There is no run and no lease: the key of a request opens what people decided, until the version is handed in.
How it did is counted here, against what people did; the agent only says what it would have proposed.
"""

from odoo import api, models

from ..kernel.canonical import timestamp
from ..kernel.matcher import check_learned, mark, tally
from ..kernel.payload import PayloadError
from ..models.refusal import refuse
from .columns import Keys
from .envelope import answered

# A page is a list of rows with whole documents in them.
PAGE = 500


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.model
    @answered
    def pending(self):
        """Return the runs, backtests and trainings that people asked for in Odoo."""
        found = super().pending()
        if not found["ok"]:
            return found
        return found["result"] | {
            "trainings": [
                {"key": one.key, "company_id": one.company_id.id, "company": one.company_id.name}
                for one in self._asked_for("ai.close.matcher")
            ]
        }

    def _begin_answer(self, run, lease, resumed):
        """Hand out the version of the matcher that is in use."""
        matcher = self.env["ai.close.matcher"]._in_force(run.company_id)
        run._guarded().write({"matcher_id": matcher.id})
        return super()._begin_answer(run, lease, resumed) | {"matcher": matcher._wire()}

    @api.model
    @answered
    def matcher_begin(self, key, agent_version):
        """Return what to learn from, and the version in use that it is compared with."""
        self._begin_version(agent_version)
        matcher = self._matcher_of(key, "matcher_begin")
        company = matcher.company_id
        # what is compared is what is in use now; it may have changed since the request
        base = self.env["ai.close.matcher"]._in_force(company)
        facts = self.env["ai.close.match"]._training_summary(company)
        matcher._guarded().write(
            {
                "agent_version": agent_version,
                "base_id": base.id,
                "fact_count": facts["count"],
                "trained_from": facts["first"],
                "trained_to": facts["last"],
                "held_out": matcher._held_out(facts["months"]),
            }
        )
        self.env["ai.close.audit"]._append(
            "matcher.read",
            matcher,
            role="agent",
            after={"facts": facts["count"], "held_out": matcher.held_out},
            evidence={"read_at": timestamp(self._clock()), "user_id": self.env.uid},
        )
        policy = self.env["ai.close.policy"]._in_force(company)
        return {
            "company": {
                "id": company.id,
                "name": company.name,
                "currency": company.currency_id.name,
                "currency_decimals": company.currency_id.decimal_places,
                "decimals": {
                    one.name: one.decimal_places
                    for one in self.env["res.currency"].sudo().with_context(active_test=False).search([])
                    if one.decimal_places != company.currency_id.decimal_places
                },
            },
            "version": matcher.version,
            "current": base._wire(),
            "bands": dict(policy.params["bands"]) if policy else {},
            "held_out": matcher.held_out,
            "facts": facts["count"],
        }

    @api.model
    @answered
    def matcher_extract(self, key, after=0, limit=PAGE):
        """Return one page of what people decided, the oldest proposal first."""
        matcher = self._matcher_of(key, "matcher_extract")
        page, following = self._history(matcher.company_id, Keys(after), limit)
        return {"rows": page, "next": following}

    @api.model
    @answered
    def matcher_finish(self, key, payload, card, answers, failed=None):
        """Take in what was learned, and what either version would have proposed on the months held out.

        Asked again it gives the same answer.
        """
        matcher = self._matcher_of(key, "matcher_finish", ended=True)
        if matcher.state != "requested":
            return {"state": matcher.state}
        if failed:
            matcher._transition("failed", role="agent", vals={"note": failed})
            return {"state": matcher.state}
        partners, accounts = check_learned(payload)
        self._need_known(matcher.company_id, partners, accounts)
        if matcher.base_id != self.env["ai.close.matcher"]._in_force(matcher.company_id):
            raise refuse(matcher, "POL020", action="port.matcher_finish")
        matcher._take(
            payload, tally(matcher._truths(), {one["id"]: one for one in answers}), card, mark(payload)
        )
        return {"state": matcher.state}

    @api.private
    def _history(self, company, after, limit):
        return self.env["ai.close.match"]._training_page(company, after, min(limit, PAGE))

    def _need_known(self, company, partners, accounts):
        """Refuse what names a partner or an account that the company does not have."""
        found = self.env["res.partner"].sudo().with_context(active_test=False).browse(partners).exists()
        fitting = found.filtered(lambda one: not one.company_id or one.company_id in company.parent_ids)
        if set(partners) - set(fitting.ids):
            raise PayloadError("payload.aliases", "a partner that the company does not have")
        account_model = self.env["account.account"].sudo().with_context(active_test=False)
        known = account_model.browse(accounts).exists()
        if set(accounts) - set(known.filtered_domain(account_model._check_company_domain(company)).ids):
            raise PayloadError("payload.counterparts", "an account that the company does not have")

    def _matcher_of(self, key, method, ended=False):
        """Return the training of ``key``, locked; one that waits, or one that the agent ended."""
        matcher = self.env["ai.close.matcher"].sudo().search([("key", "=", key)], limit=1)
        if matcher and matcher.company_id in self.env.user.sudo().company_ids:
            matcher._lock_rows()
            if matcher.state == "requested" or (ended and matcher.state not in ("draft", "dropped")):
                return matcher
        raise refuse(matcher or self, "POL022", action=f"port.{method}")
