"""Clients that approve and append at the same time against one server, and what they were told."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.controls.people import Answer, Person

ENTRY = "ai.close.entry"
# What a user must never see: the database's own words about two who met.
CLASH = (
    "serializ",
    "deadlock",
    "concurrent update",
    "could not obtain lock",
    "current transaction is aborted",
)


@dataclass
class Told:
    """What one client was told, call by call."""

    approved: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    refused: Counter = field(default_factory=Counter)
    clashes: list[str] = field(default_factory=list)
    notes: int = 0
    drafts: list[int] = field(default_factory=list)

    def hear(self, answer: Answer) -> bool:
        """Keep what a refusal said; return whether the call was done."""
        if not answer.ok:
            said = f"{answer.error} {answer.message}"
            if any(word in said.lower() for word in CLASH) or answer.broke:
                self.clashes.append(said)
            self.refused[answer.error.rsplit(".", 1)[-1]] += 1
        return answer.ok


class Client(threading.Thread):
    """One person who works without a pause until the rush is over."""

    def __init__(self, person: Person, entries: list[int], work, rush: "Rush") -> None:
        """Keep who works on what."""
        super().__init__(name=person.login, daemon=True)
        self.person, self.entries, self.work, self.rush = person, entries, work, rush
        self.told = Told()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Work until the rush is over; a fault of the test itself is kept for the test to raise."""
        try:
            self.rush.barrier.wait()
            turn = 0
            while not self.rush.over():
                self.work(self, turn)
                turn += 1
        except BaseException as error:
            self.error = error


class Rush:
    """Clients that work at the same time: for the given time, and on until enough was approved.

    A slow machine so proves as much as a fast one. `longest` (seconds) ends a rush that gets nowhere.
    """

    def __init__(self, seconds: float, approvals: int, longest: float) -> None:
        """Keep how long and how much."""
        self.seconds, self.approvals, self.longest = seconds, approvals, longest
        self.clients: list[Client] = []
        self.start = 0.0

    def over(self) -> bool:
        """Return whether the time is up and the work is done, or the rush gets nowhere."""
        spent = time.monotonic() - self.start
        return spent >= self.longest or (spent >= self.seconds and self.done())

    def done(self) -> bool:
        """Return whether enough was approved, the approvers met, and each client was answered."""
        told = [client.told for client in self.clients]
        met = sum(each.told.refused["CloseRefusal"] for each in self.clients if each.work is approve)
        return min(met, sum(len(each.approved) for each in told)) >= self.approvals and all(
            each.approved or each.edited or each.notes or each.drafts or each.refused for each in told
        )

    def run(self, timeout: float) -> None:
        """Let all work at once and wait for them."""
        self.barrier = threading.Barrier(len(self.clients), action=self._begin)
        for client in self.clients:
            client.start()
        for client in self.clients:
            client.join(timeout)
            if client.is_alive():
                raise AssertionError(f"{client.name} hangs: somebody waits for somebody for ever")
            if client.error:
                raise client.error

    def _begin(self) -> None:
        self.start = time.monotonic()


def approve(client: Client, turn: int) -> None:
    """Try to approve the next entry; others try the same one at the same moment."""
    entry = client.entries[turn % len(client.entries)]
    if client.told.hear(client.person.call(ENTRY, "action_approve", [[entry]])):
        client.told.approved.append(entry)


def edit(client: Client, turn: int) -> None:
    """Edit a proposed entry of a pool of one's own: each edit is one event."""
    entry = client.entries[turn % len(client.entries)]
    answer = client.person.call(ENTRY, "write", [[entry], {"narration": f"{client.name} {turn}"}])
    if client.told.hear(answer):
        client.told.edited.append(entry)


def refuse(client: Client, _turn: int) -> None:
    """Try what is refused: each refusal is an event or a count."""
    client.told.hear(client.person.call(ENTRY, "action_approve", [[client.entries[0]]]))
    client.told.notes += 1


def post(client: Client, turn: int) -> None:
    """Create and post an ordinary entry beside the approvals."""
    accounts = client.entries
    lines = [[0, 0, {"account_id": accounts[0], "balance": 1.0 + turn}],
             [0, 0, {"account_id": accounts[1], "balance": -1.0 - turn}]]  # fmt: skip
    made = client.person.call(
        "account.move", "create", [{"move_type": "entry", "date": "2026-11-03", "line_ids": lines}]
    )
    if client.told.hear(made) and client.told.hear(
        client.person.call("account.move", "action_post", [[made.result]])
    ):
        client.told.drafts.append(made.result)
