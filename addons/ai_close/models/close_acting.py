"""In whose name a step is taken, and what the policy's duties leave of its roles.

Somebody takes a step in his own name where his own role allows it.  Only where it doesn't, a delegation
counts: then he acts for the absent person, both names count for the separation of duties, and both stand in
the trail.
"""

from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import SQL

from ..kernel import duties, sod
from .memo import exists, gathered
from .refusal import refuse

_CACHE = "ai_close_acts"


@dataclass
class Act:
    """What is known of the step that a person is taking on a record in this transaction."""

    action: str | None
    roles: frozenset | None = None
    excluded: dict = field(default_factory=dict)
    delegation_id: int = 0


def acts(env):
    """Return the acts of this transaction: (user, model, record) -> Act."""
    cache = env.cr.cache
    if _CACHE not in cache:
        cache[_CACHE] = {}
        for hooks in (env.cr.postcommit, env.cr.postrollback):
            hooks.add(lambda: cache.pop(_CACHE, None))
    return cache[_CACHE]


class CloseStateMixin(models.AbstractModel):
    _inherit = "ai.close.state.mixin"

    # -- the policy's duties

    @api.private
    def _duty_company(self):
        """Return the company whose policy and whose delegations count for this record."""
        name = "company_id"
        if not self.id or name not in self._fields or self._fields[name].comodel_name != "res.company":
            return self.env["res.company"]
        return exists(self.sudo()).company_id

    @api.private
    def _duties(self):
        """Return the duties of the policy that binds this record; empty where there is none."""
        company = self._duty_company()
        policy = self.env["ai.close.policy"]._in_force_above(company) if company else None
        return (policy._content() if policy else {}).get("duties") or {}

    @api.private
    def _narrowed(self, roles, action):
        """Return those of ``roles`` that the policy leaves for this record and its amount."""
        roles = frozenset(roles)
        found = self._duties() if roles & sod.PEOPLE else {}
        if not found.get("steps"):
            return roles
        return duties.narrowed(roles, found, action, self.sudo()._duty_amount())

    @api.private
    def _outside_duties(self, left, held, action):
        """Return the refusal of somebody whom the kernel would let through and the policy does not."""
        bands = (self._duties().get("steps") or {}).get(action) or ()
        names = ", ".join(sorted(left & sod.PEOPLE)) or "-"
        if any(held & set(band["roles"]) for band in bands):
            sentence = self.env._(
                "%(name)s is above your limit; by the policy this step is for: %(roles)s.",
                name=self.display_name,
                roles=names,
            )
            return refuse(self, "SOD005", sentence, action=action)
        sentence = self.env._("By the policy of this company this step is for: %s.", names)
        return refuse(self, "SOD003", sentence, action=action)

    # -- roles, own and lent

    @api.private
    def _lent(self):
        """Return the delegations that give the caller somebody's roles on this record today."""
        own = self.env.user._ai_close_roles()
        Delegation = self.env["ai.close.delegation"]
        # neither the agent nor the server is ever anybody's delegate
        if not own & sod.PEOPLE:
            return Delegation
        companies = self._duty_company() if self.id else self.env.companies
        return Delegation._active_for(self.env.user, companies)

    @api.private
    def _roles(self):
        """Return the roles of the person (or program) behind this call, own and lent, whatever sudo says."""
        roles = self.env.user._ai_close_roles()
        for delegation in self._lent():
            roles |= delegation._lent_roles()
        return roles

    @api.private
    def _need_role(self, *roles, action=None):
        """Refuse unless the caller may take the step in one of ``roles``; return the one that counts."""
        if not all(self._ids):
            raise refuse(self[:1], "ENT001", self.env._("There is no such record."), action=action)
        taken = None
        for record in self or [self]:
            taken = record._need_one_role(roles, action)
        return taken

    def _need_one_role(self, roles, action):
        held = self._roles()
        verdict = sod.judge(roles, held)
        if verdict:
            raise refuse(self, verdict.code, self._role_sentence(verdict.code, roles), action=action)
        left = self._narrowed(roles, action)
        if not left & held:
            raise self._outside_duties(left, held, action)
        self._settle_name(left, action)
        return next(role for role in roles if role in left & held)

    # -- in whose name

    @api.private
    def _act(self, action, keep=False):
        """Return what is known of the caller's step on this record; another step begins anew.

        :param keep: a step that follows from the one before it keeps whose work it must not be
        """
        known, key = acts(self.env), (self.env.uid, self._name, self.id or 0)
        act = known.get(key)
        if act is None or act.action != action:
            former, act = act, Act(action)
            if keep and former is not None:
                act.excluded, act.delegation_id = former.excluded, former.delegation_id
            known[key] = act
        return act

    @api.private
    def _settle_name(self, roles, action, keep=False):
        """Note that the step needs one of ``roles``, settle in whose name it is taken, and return that."""
        act = self._act(action, keep)
        act.roles = (roles & act.roles or roles) if act.roles else roles
        self._choose_name(act)
        return act

    def _choose_name(self, act):
        own = self.env.user._ai_close_roles()
        if act.roles is None or own & act.roles or not own & sod.PEOPLE:
            act.delegation_id = 0
            return
        fitting = self._lent().filtered(lambda each: each._lent_roles() & act.roles)
        if not fitting:
            act.delegation_id = 0
            return
        free = fitting.filtered(lambda each: each.sudo().from_id.id not in act.excluded.values())
        if not free:
            absent = fitting.sudo().from_id
            step = next(step for step, who in act.excluded.items() if who in absent.ids)
            raise refuse(
                self,
                "SOD001",
                self.env._(
                    "%(who)s, for whom you act, %(step)s this; another person has to take this step.",
                    who=", ".join(absent.mapped("name")),
                    step=step,
                ),
                action=act.action,
            )
        if act.delegation_id not in free.ids:
            act.delegation_id = free[0].id

    @api.private
    def _need_other_than(self, steps, action=None):
        """Refuse when the caller took one of the earlier ``steps`` (name -> user record, perhaps empty), when
        somebody did it for him, or when he acts for who did."""
        for record in self or [self]:
            record._need_one_other_than(steps, action)

    def _need_one_other_than(self, steps, action):
        earlier = {step: user.id for step, user in steps.items()} | self._done_for(steps)
        verdict = sod.distinct(self.env.uid, earlier)
        if verdict:
            sentence = self.env._(
                "You %(step)s this; another person has to take this step.", step=verdict.step
            )
            raise refuse(self, verdict.code, sentence, action=action)
        act = self._act(action)
        act.excluded = {step: who for step, who in earlier.items() if who}
        self._choose_name(act)

    def _done_for(self, steps):
        """Return who stood behind the earlier steps on this record: they count as if they had taken them."""
        takers = {user.id for user in steps.values() if user}
        if not takers or not self.id:
            return {}
        return {
            self.env._("had somebody act for you (%s) on", name): absent
            for taker, name, absent in gathered(self, "lent steps", self._lent_steps)[self.id]
            if taker in takers and absent
        }

    @api.model
    def _lent_steps(self, ids):
        """Return ``{id: [(who took a step, his name, the id of whom he acted for)]}`` of these records."""
        found = {each: [] for each in ids}
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id, user_id, user_name, (evidence::jsonb #>> '{on_behalf_of,user_id}')::int"
                " FROM ai_close_audit WHERE model = %s AND res_id = ANY(%s) AND evidence LIKE %s ORDER BY id",
                self._name,
                list(ids),
                '%"on_behalf_of"%',
            )
        )
        for res_id, *step in rows:
            found[res_id].append(tuple(step))
        return found


class CloseAudit(models.Model):
    _inherit = "ai.close.audit"

    @api.model
    @api.private
    def _event(self, action, record=None, *, evidence=None, role=None, **more):
        if record is not None and record.id and role != sod.SERVER:
            act = acts(self.env).get((self.env.uid, record._name, record.id))
            if act and act.delegation_id:
                delegation = self.env["ai.close.delegation"].sudo().browse(act.delegation_id)
                evidence = dict(evidence or {}, on_behalf_of=delegation._named())
        return super()._event(action, record, evidence=evidence, role=role, **more)
