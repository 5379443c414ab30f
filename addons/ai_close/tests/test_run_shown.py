"""What people see of a run: figures of its counters, the rules, the control totals."""

from odoo.tests import tagged

from .common import PortCase

TOTALS = {"agree": True, "journals": 2, "items": 4, "debit": "287.00", "credit": "287.00", "later": False}


@tagged("post_install", "-at_install")
class TestRunShown(PortCase):
    def _finished(self, key, **counters):
        _result, held = self.begin(key)
        self.finish(
            held,
            rules=("SYS006", "CMP001"),
            counters={"read": {"lines": 900, "moves": 100}, **counters},
            failures=[{"scope": "rule", "code": "STA003", "kind": "no_data", "message": "no data"}],
        )
        return self.env["ai.close.run"].browse(held["run_id"])

    def test_figures_rules_and_totals(self):
        run = self._finished("run-shown-01", findings={"high": 2, "low": 1}, control_totals=TOTALS)
        self.assertEqual((run.rows_read, run.found, run.matched, run.failure_count), (1000, 3, 0, 1))
        self.assertEqual((run.rules_executed, run.rules_count), ("CMP001, SYS006", 2))
        self.assertEqual((run.totals_state, run.totals["debit"]), ("agree", "287.00"))

    def test_totals_that_differ_and_those_that_prove_nothing(self):
        told_ones = (
            ({"agree": False, "later": False}, "differ"),
            ({"agree": False, "later": True}, "none"),
            ("nonsense", "none"),
            (None, "none"),
        )
        for number, (told, state) in enumerate(told_ones):
            with self.subTest(told=told):
                run = self._finished(f"run-totals-{number}", control_totals=told)
                self.assertEqual(run.totals_state, state)

    def test_the_form_and_the_list_open(self):
        self._finished("run-shown-02", control_totals=TOTALS)
        views = self.env["ai.close.run"].get_views([(False, "list"), (False, "form")])["views"]
        for kind in ("list", "form"):
            self.assertIn("totals_state", views[kind]["arch"])
