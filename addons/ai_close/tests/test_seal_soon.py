"""Events are sealed soon after their commit: one timer at a time, rounds after a look of the scheduler."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..models import close_audit_soon as soon
from .close_common import CloseCase

DATABASE = "a database of its own"


@tagged("post_install", "-at_install")
class TestSealSoon(CloseCase):
    def setUp(self):
        super().setUp()
        self.timers, self.sealed = [], []
        self.enterContext(patch.object(soon, "_start_timer", self.timers.append))
        self.enterContext(patch.object(soon, "_seal_all", self.sealed.append))
        self.addCleanup(soon._rounds.pop, DATABASE, None)

    def test_many_events_start_one_timer(self):
        for _event in range(5):
            soon.seal_soon(DATABASE)
        self.assertEqual(len(self.timers), 1)
        soon._fire(DATABASE)
        self.assertEqual(self.sealed, [DATABASE])
        # nothing is left to do, and the next event starts anew
        self.assertEqual(len(self.timers), 1)
        soon.seal_soon(DATABASE)
        self.assertEqual(len(self.timers), 2)

    def test_an_event_during_the_sealing_is_not_forgotten(self):
        soon.seal_soon(DATABASE)
        with patch.object(soon, "_seal_all", lambda dbname: soon.seal_soon(dbname)):
            soon._fire(DATABASE)
        self.assertEqual(len(self.timers), 2)

    def test_the_scheduler_seals_in_between_for_a_while(self):
        soon.seal_soon(DATABASE, soon.ROUNDS)
        for _round in range(soon.ROUNDS):
            soon._fire(DATABASE)
        self.assertEqual((len(self.timers), len(self.sealed)), (soon.ROUNDS, soon.ROUNDS))
        self.assertNotIn(DATABASE, soon._rounds)

    def test_what_goes_wrong_is_tried_again(self):
        def break_down(_dbname):
            raise ValueError("no")

        soon.seal_soon(DATABASE, 2)
        with patch.object(soon, "_seal_all", break_down), mute_logger(soon.__name__):
            soon._fire(DATABASE)
        soon._fire(DATABASE)
        self.assertEqual(self.sealed, [DATABASE])

    def test_each_transaction_asks_once_and_only_where_jobs_run(self):
        data = self.env.cr.postcommit.data
        data.pop(soon._MARK, None)
        with patch.dict(config.options, {"max_cron_threads": 0}):
            self.env["ai.close.audit"]._append("test.event", self.close)
        self.assertNotIn(soon._MARK, data)
        before = len(self.env.cr.postcommit._funcs)
        with patch.dict(config.options, {"max_cron_threads": 2}):
            for _event in range(3):
                self.env["ai.close.audit"]._append("test.event", self.close)
        self.assertTrue(data[soon._MARK])
        self.assertEqual(len(self.env.cr.postcommit._funcs), before + 1)
