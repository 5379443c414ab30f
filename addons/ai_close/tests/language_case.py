"""A company, a language model in use there, and what the agent hands in of it: through the port."""

from .close_common import EntryCase

MODEL = "small-model:8b"
TASKS = ("variance", "finding", "entry", "account", "payer", "period")
PROMPTS = {task: {"version": 1, "digest": f"{at:02x}" * 32} for at, task in enumerate(TASKS, 1)}
FIGURES = {task: {"cases": 5, "taken": 4, "template": 1, "right": 3, "checked": 4} for task in TASKS}


class LanguageCase(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1._guarded().write({"state": "done"})
        cls.env.flush_all()
        cls.languages = cls.env["ai.close.language"].sudo()
        cls.texts = cls.env["ai.close.text"].sudo().with_context(active_test=False)

    # -- the port

    def port(self, method, user=None, **kwargs):
        answer = getattr(self.be(self.env["ai.close.agent"], user or self.robot), method)(**kwargs)
        self.env.invalidate_all()
        return answer

    def result(self, method, **kwargs):
        answer = self.port(method, **kwargs)
        self.assertTrue(answer["ok"], answer)
        return answer["result"]

    def begin(self, key="run-00000002", period="2026-10"):
        """Begin a run; keep its lease; return what the port said."""
        said = self.result(
            "begin",
            company=self.company.id,
            period=period,
            run_key=key,
            agent_version="1.0.0",
            rules_digest="x",
            trigger="cli",
        )
        self.held = {"run_id": said["run_id"], "lease": said["lease"]}
        self.begun = self.env["ai.close.run"].sudo().browse(said["run_id"])
        return said

    def finish(self, cost="0", language=None, **scopes):
        counters = {"language": language} if language else {}
        return self.result("finish", **self.held, counters=counters, scopes=scopes, cost=cost)

    def hand_in(self, kind, *rows):
        return self.result("submit", **self.held, kind=kind, rows=list(rows))["rows"]

    def statuses(self, kind, *rows):
        return [row["status"] for row in self.hand_in(kind, *rows)]

    # -- a version

    def offer(self, **changes):
        offer = {
            "model": MODEL,
            "address": "127.0.0.1:11434",
            "prompts": PROMPTS,
            "figures": FIGURES,
            "usage": {"calls": 30, "tokens_in": 9000, "tokens_out": 800},
            "cost": "0.0123",
            "currency": "USD",
            **changes,
        }
        return self.result("language_offer", company=self.company.id, agent_version="1.0.0", offer=offer)

    def offered(self, **changes):
        version = self.offer(**changes)["version"]
        domain = [("company_id", "=", self.company.id), ("version", "=", version)]
        return self.languages.search(domain)

    def proposed(self, **changes):
        language = self.offered(**changes)
        self.be(language, self.ben).action_propose("It explains well")
        return language

    def in_use(self, **changes):
        language = self.proposed(**changes)
        self.be(language, self.carla).action_approve()
        self.assertEqual(language.state, "in_force")
        return language

    def policy_says(self, **said):
        policy = self.env["ai.close.policy"]._in_force(self.company).sudo()
        section = {"is_on": True, "tasks": list(TASKS), "month_limit": None, **said}
        policy._guarded().write({"params": policy.params | {"language": section}})

    # -- what is handed in

    def asked(self, task="finding", number=1, **changes):
        """Return an exchange whose answer was taken."""
        return {
            "key": f"{number:064x}",
            "task": task,
            "prompt": f"{task}@1",
            "prompt_digest": PROMPTS[task]["digest"],
            "model": MODEL,
            "request_digest": "ef" * 32,
            "request": '[{"role": "user", "content": "facts of [NAME_1]"}]',
            "answers": ['{"text": "{what}"}'],
            "outcome": "taken",
            "tokens_in": 900,
            "tokens_out": 40,
            "cost": "0.0012",
            **changes,
        }

    def words(self, task, kind, key, number=1, **changes):
        """Return a text of the model about something."""
        return {
            "key": f"{task}:{key}",
            "task": task,
            "about": {"kind": kind, "key": key},
            "text": "A draft of 1,200.00 USD is dated in the period.",
            "choice": None,
            "facts": [{"key": "amount", "role": "amount of the finding", "shown": "1,200.00 USD"}],
            "exchange": f"{number:064x}",
            "prompt": f"{task}@1",
            "prompt_digest": PROMPTS[task]["digest"],
            "model": MODEL,
            **changes,
        }

    def finding_row(self, number=7, **changes):
        return {
            "key": f"CLS004:{self.company.id}:account.move,{number}:suspense",
            "rule": "CLS004",
            "rule_title": "Suspense",
            "severity": "medium",
            "facet": "suspense",
            "title": f"Suspense {number}",
            "message": "An amount waits.",
            "why": "",
            "remedy": "",
            "amount": "1200.00",
            "anchor": {"model": "account.move", "id": number},
            "records": [],
            "evidence": {},
            **changes,
        }

    def finding(self, number=7, **changes):
        row = self.finding_row(number, **changes)
        (answer,) = self.hand_in("finding", row)
        self.assertIn(answer["status"], ("created", "updated"), answer)
        return self.env["ai.close.finding"].sudo().search([("key", "=", row["key"])])

    def written(self, finding, number=1, task="finding", **changes):
        """Hand in a question and the text that came of it; return the text."""
        self.hand_in("exchange", self.asked(task, number))
        (answer,) = self.hand_in("text", self.words(task, "finding", finding.key, number, **changes))
        self.assertIn(answer["status"], ("created", "updated"), answer)
        return self.texts.search([("key", "=", f"{task}:{finding.key}")])

    def events(self, action):
        self.env.flush_all()
        return self.env["ai.close.audit"].sudo().search([("action", "=", action)], order="id desc")
