"""A company with a small chart, the people of a close, the agent, and calls as they come over RPC."""

from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

PERIOD = "2026-10"
ACCOUNTS = {
    "bank": ("T101100", "asset_cash"),
    "suspense": ("T101200", "asset_current"),
    "receivable": ("T120000", "asset_receivable"),
    "payable": ("T210000", "liability_payable"),
    "grni": ("T211000", "liability_current"),
    "billed": ("T141000", "asset_current"),
    "income": ("T400000", "income"),
    "expense": ("T600000", "expense"),
}
JOURNALS = {"general": "GEN", "sale": "SAL", "purchase": "PUR", "bank": "BNK"}
PEOPLE = ("preparer", "reviewer", "controller", "auditor")


def give_role(user, role):
    """Give a test's user a role: once a company is guarded, nothing but a request of two people does.

    A test has no two people yet; it uses what an installation uses from the server's shell.
    """
    user.env["ai.close.role.grant"].with_user(SUPERUSER_ID)._set_up(user, role)
    return user


def person_of(env, login, role, company, **values):
    """Return the user with one role in one company only: the one of prepared.py, or a new one."""
    ready = env["res.users"].search([("login", "=", login)])
    if ready.company_ids == company and role in ready._ai_close_roles():
        return ready
    if ready:
        # this class wants somebody else of that name
        ready.write({"login": f"{ready.login}_before", "active": False})
    user = new_test_user(
        env,
        login,
        groups="base.group_user",
        company_id=company.id,
        company_ids=[Command.set(company.ids)],
        **values,
    )
    return give_role(user, role)


class PortCase(TransactionCase):
    """Books of one enabled company; ``cls.<role>`` are its users, ``cls.agent`` is the agent's."""

    COMPANY = "Northwind Test"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True))
        cls.company = cls._ready_company() or cls._make_company(cls.COMPANY, enabled=False)
        cls.env.user.company_ids += cls.company
        for role in (*PEOPLE, "agent"):
            setattr(cls, role, cls._make_user(f"close_{role}", role))
        cls.controller2 = cls._make_user("close_controller2", "controller")
        cls.reviewer2 = cls._make_user("close_reviewer2", "reviewer")
        # enabled last: who comes later is news to the watch; so is code newer than the database
        cls.env["ai.close.watch"]._take_baseline([])
        cls._enable(cls.company)

    @classmethod
    def _ready_company(cls):
        """Return the company that is prepared, see prepared.py, with its accounts and journals; or none."""
        company = cls.env["res.company"].search([("name", "=", cls.COMPANY)], limit=1)
        if company:
            found = cls.env["account.account"].with_company(company)
            found = found.search([("company_ids", "in", company.ids)]).grouped("code")
            journals = cls.env["account.journal"].search([("company_id", "=", company.id)]).grouped("code")
            cls.books = {
                company: (
                    {key: found[code] for key, (code, _kind) in ACCOUNTS.items()},
                    {kind: journals[code] for kind, code in JOURNALS.items()},
                )
            }
        return company

    @classmethod
    def _make_company(cls, name, enabled=True):
        company = cls.env["res.company"].create({"name": name, "currency_id": cls.env.ref("base.USD").id})
        cls.env.user.company_ids += company
        cls._make_books(company)
        if enabled:
            cls._enable(company)
        return company

    @classmethod
    def _enable(cls, company):
        cls.env["ai.close.policy"]._create_first(company, cls._params(company), tz="Europe/Brussels")

    @classmethod
    def _make_books(cls, company):
        """Give ``company`` a small chart and a journal of each kind."""
        accounts = {
            key: cls.env["account.account"]
            .with_company(company)
            .create(
                {
                    "name": key.title(),
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(company.ids)],
                    "reconcile": kind in ("asset_receivable", "liability_payable"),
                }
            )
            for key, (code, kind) in ACCOUNTS.items()
        }
        journals = {
            kind: cls.env["account.journal"]
            .with_company(company)
            .create(
                {"name": kind.title(), "code": JOURNALS[kind], "type": kind, "company_id": company.id, **more}
            )
            for kind, more in (
                ("general", {}),
                ("sale", {"default_account_id": accounts["income"].id}),
                ("purchase", {"default_account_id": accounts["expense"].id}),
                (
                    "bank",
                    {
                        "default_account_id": accounts["bank"].id,
                        "suspense_account_id": accounts["suspense"].id,
                    },
                ),
            )
        }
        cls.books = {**getattr(cls, "books", {}), company: (accounts, journals)}

    @classmethod
    def _params(cls, company, **changes):
        accounts, journals = cls.books[company]
        return {
            "materiality": "5000.00",
            "tolerance_units": 1,
            "roles": {
                "grni": accounts["grni"].id,
                "billed_not_received": accounts["billed"].id,
                "suspense": [accounts["suspense"].id],
            },
            "adjustment_journal_id": journals["general"].id,
            "bands": {"auto": "0.95", "review": "0.70"},
            "limits": {"match": "10000.00", "entry_controller": "10000.00"},
            "rules": {"CMP001": {"enabled": True}},
            **changes,
        }

    @classmethod
    def _make_user(cls, login, role, company=None):
        return person_of(cls.env, login, role, company or cls.company, name=login)

    # -- books

    @classmethod
    def account(cls, key, company=None):
        return cls.books[company or cls.company][0][key]

    @classmethod
    def journal(cls, kind, company=None):
        return cls.books[company or cls.company][1][kind]

    @classmethod
    def entry(cls, amount, date="2026-10-14", debit="expense", credit="grni", company=None, **more):
        """Return a draft journal entry of two lines."""
        company = company or cls.company
        lines = [(debit, amount), (credit, -amount)]
        return (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "date": date,
                    "journal_id": cls.journal("general", company).id,
                    "line_ids": [
                        Command.create(
                            {"name": key, "account_id": cls.account(key, company).id, "balance": value}
                        )
                        for key, value in lines
                    ],
                    **more,
                }
            )
        )

    # -- calls

    def rpc(self, user, model, method, *args, **kwargs):
        """Call a method as it comes over RPC: public methods only, the user's rights, a plain context."""
        with self.cr.savepoint():
            result = call_kw(self.env(user=user, context={})[model], method, list(args), kwargs)
            self.env.flush_all()
            return result

    def port(self, method, _user=None, **kwargs):
        """Call the port as the agent and return its envelope."""
        answer = call_kw(self.env(user=_user or self.agent, context={})["ai.close.agent"], method, [], kwargs)
        self.env.invalidate_all()
        return answer

    def result(self, method, **kwargs):
        """Call the port as the agent and return the result; fails on a refusal."""
        answer = self.port(method, **kwargs)
        self.assertTrue(answer["ok"], answer)
        return answer["result"]

    def refused(self, code, method, **kwargs):
        """Call the port as the agent and expect the refusal ``code``."""
        answer = self.port(method, **kwargs)
        self.assertFalse(answer["ok"], answer)
        self.assertEqual(answer["error"]["code"], code, answer)
        return answer["error"]

    def begin(self, key="run-00000001", company=None, **more):
        """Begin a run as the agent and return ``(result, {run_id, lease})``."""
        result = self.result(
            "begin",
            **{
                "company": company or self.company.id,
                "period": PERIOD,
                "run_key": key,
                "agent_version": "1.0.0",
                "rules_digest": "rules",
                **more,
            },
        )
        return result, {"run_id": result["run_id"], "lease": result["lease"]}

    def finish(self, held, rules=(), **more):
        """Finish a run as the agent."""
        scopes = {"rules": list(rules), "matchers": [], "proposers": []}
        return self.result("finish", **held, **{"counters": {}, "scopes": scopes, **more})

    def finding(self, number=1, **changes):
        """Return the row of a finding that the agent could submit."""
        return {
            "key": f"CMP001:{self.company.id}:account.move,{number}:draft",
            "rule": "CMP001",
            "rule_title": "Draft in the period",
            "severity": "high",
            "facet": "draft",
            "title": f"Draft {number}",
            "message": "A draft is dated in the period.",
            "why": "It is missing in the balance.",
            "remedy": "Post it or delete it.",
            "amount": "1200.00",
            "anchor": {"model": "account.move", "id": number},
            "records": [{"model": "account.move", "id": number, "label": f"Draft {number}"}],
            "evidence": {"creator": 2},
            **changes,
        }

    def submit(self, held, *rows, kind="finding"):
        """Submit rows as the agent and return their statuses."""
        return self.result("submit", **held, kind=kind, rows=list(rows))["rows"]

    def assertCode(self, code):
        """Expect the refusal ``code`` inside the block."""
        return self.assertRaisesRegex(Exception, rf"\[{code}\]")

    def audit(self, action, model=None):
        """Return the audit events of ``action``, youngest first."""
        domain = [("action", "=", action)] + ([("model", "=", model)] if model else [])
        return self.env["ai.close.audit"].search(domain)

    def quiet(self, logger="odoo.sql_db"):
        """Silence what a test provokes on purpose."""
        return mute_logger(logger)
