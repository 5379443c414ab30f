"""Two threads that run Odoo's own code, and a conductor who lets one of them take a step at a time.

Who waits for a lock of the database keeps its place, and takes its later steps as soon as it can.
"""

import itertools
import threading
import time

import psycopg2

from odoo.exceptions import UserError

STEPS = 4
STUCK_S = 180
# One order of the steps of both: True is a step of the first.
ORDERS = [
    tuple(step in first for step in range(2 * STEPS))
    for first in itertools.combinations(range(2 * STEPS), STEPS)
]


class Actor(threading.Thread):
    """Work that stops before each step until it is let go."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.outcome, self.pid, self.tries = work, None, None, 0
        self.changed = threading.Condition()
        self.allowed, self.waits, self.ended = 0, False, False

    def run(self):
        try:
            self.work(self)
            self.outcome = "done"
        except UserError as refusal:
            self.outcome = getattr(refusal, "code", None) or str(refusal)
        except Exception as error:
            self.outcome = f"{type(error).__name__}: {error}"
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def step(self):
        """Wait for leave to go on; in a second try nobody waits any more."""
        with self.changed:
            if self.tries > 1:
                return
            self.waits = True
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.allowed)
            self.allowed -= 1
            self.waits = False

    def allow(self, steps=1):
        with self.changed:
            self.allowed += steps
            self.changed.notify_all()

    def settle(self, is_blocked):
        """Return when there is nothing to do for this actor but to wait for leave or for the database."""
        deadline = time.monotonic() + STUCK_S
        while time.monotonic() < deadline:
            with self.changed:
                if self.ended or (self.waits and not self.allowed):
                    return
                self.changed.wait(0.002)
                if self.ended or (self.waits and not self.allowed):
                    return
            if self.pid and is_blocked(self.pid):
                return
        raise TimeoutError(f"stuck: {self.name}")


class Conductor:
    """Gives the steps in a given order, and sees from outside who waits for the database."""

    def __init__(self, env):
        self.watch = psycopg2.connect(env.cr._cnx.dsn)
        self.watch.autocommit = True

    def is_blocked(self, pid):
        with self.watch.cursor() as cr:
            cr.execute("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", [pid])
            row = cr.fetchone()
        return bool(row and row[0])

    def play(self, actors, order):
        """Let ``actors`` (True: the first) take their steps in this order, and see both end."""
        for actor in actors.values():
            actor.start()
        for actor in actors.values():
            actor.settle(self.is_blocked)
        for turn in order:
            actors[turn].allow()
            actors[turn].settle(self.is_blocked)
            actors[not turn].settle(self.is_blocked)
        for actor in actors.values():
            actor.allow(100)
        for actor in actors.values():
            actor.join(STUCK_S)
            if actor.is_alive():
                raise TimeoutError(f"stuck: {actor.name}")
