"""Drives one year: by the dice either the next step of the present close, or anything by anybody."""

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.controls.people import Answer
from tests.year.mischief import Mischief
from tests.year.observer import Observer
from tests.year.rights import Rights
from tests.year.rules import Rules
from tests.year.work import Call, Work
from tests.year.world import World

# How often somebody does what the close needs next; the rest is anything by anybody.
ORDERLY = 0.7
# The agent looks again once in so many orderly acts, besides when it has to.
AGAIN = 0.04


# What the form of a policy's draft is filled with.
FORM = [
    "policy_id", "seen_digest", "phase", "automatic_max_amount", "automatic_match", "automatic_entry",
    "materiality", "tolerance_units", "limit_match", "limit_entry", "band_auto", "band_review",
    "adjustment_journal_id", "manual_journal_ids", "manual_amount", "audit_retention_years", "seal_mail_to",
    "duty_profile", "password_lock", "password_reopen", "password_policy", "role_ids", "rule_ids",
    "setting_ids",
]  # fmt: skip


class Broken(AssertionError):
    """A rule that did not hold: the seed and the acts that led there."""


@dataclass
class Year:
    """A year's acts, one after the other, each looked at from outside."""

    world: World
    seed: int
    acts: list[str] = field(default_factory=list)
    count: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.rights = Rights(self.world)
        self.observer = Observer(self.world)
        self.rules = Rules(self.world, self.rights, self.observer)
        self.work = Work(self.world, self.rights, self.rng)
        self.mischief = Mischief(self.world, self.rights, self.work, self.rng)

    def live(self, acts: int) -> None:
        """Act so many times."""
        for _act in range(acts):
            self.act()

    def act(self) -> None:
        """Do one thing and look at everything."""
        month = self.work.month()
        if month and self.rng.random() < ORDERLY:
            call = None if self.rng.random() < AGAIN else self.work.next()
            if call is None:
                self.run_agent(month)
                return
        else:
            call = self.mischief.next()
        self.make(call)

    def run_agent(self, month: str) -> None:
        """Let the agent work on a month."""
        calls, answer, answers = self.work.run(month, self.rng.randint(0, 2)), None, []
        try:
            while True:
                method, args = calls.send(answer)
                answer = self.world.call("robot", "ai.close.agent", method, *args)
                answers.append(answer)
        except StopIteration:
            pass
        self.look("robot", f"run {month}", answers)

    def make(self, call: Call) -> None:
        """Make one person's call; a wizard is made and then asked."""
        who, what, model, method, args = call
        answers, named = [], {}
        if method.startswith("create+"):
            answers.append(self.world.call(who, model, "create", args))
            method, args = method.removeprefix("create+"), [answers[0].result]
        elif method.startswith("edit+"):
            version, values = args
            context = {"active_id": version, "active_model": "ai.close.policy"}
            shown = self.world.call(who, model, "default_get", FORM, context=context)
            whole = {**(shown.result or {}), **values} if shown.ok else values
            answers.append(self.world.call(who, model, "create", [whole], context=context))
            method, args = method.removeprefix("edit+"), [answers[0].result]
        elif method == "attach":
            # as the screen does: uploaded loose, then hung on the record with a message
            file = {"name": "why.txt", "raw": "seen", "res_model": "mail.compose.message", "res_id": 0}
            answers.append(self.world.call(who, "ir.attachment", "create", [file]))
            method, args = "message_post", [*args]
            named = {"body": "Seen", "attachment_ids": answers[0].result}
        if not answers or answers[0].ok:
            answers.append(self.world.call(who, model, method, *args, **named))
        if model == "ai.close.lock" and args:
            key = (model, method, args[0][0])
            (self.work.refused.discard if answers[-1].ok else self.work.refused.add)(key)
        self.look(who, f"{what} {json.dumps(args, default=str)[:160]}", answers)

    def look(self, who: str, what: str, answers: list[Answer]) -> None:
        """Look at what became of an act, and stop at the first thing that is not as it has to be."""
        said = "ok" if answers[-1].ok else answers[-1].message.split("\n")[0][:120]
        self.acts.append(f"{len(self.acts) + 1:5} {who:7} {what} -> {said}")
        self.count["done" if answers[-1].ok else "refused"] += 1
        broken = self.rules.broken(self.observer.look(who), answers)
        self.rights.read()
        if broken:
            shown = "\n".join([f"seed {self.seed}, act {len(self.acts)}:", *broken, "", *self.acts[-40:]])
            raise Broken(shown)
