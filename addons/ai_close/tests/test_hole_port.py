"""The port's newer calls, given nonsense: a refusal, never "something unexpected", and nothing gets stuck."""

from odoo.tests import tagged
from odoo.tools.misc import mute_logger

from .common import PortCase

NONSENSE = (None, "x", -5, 0, 10**30, 1.5, [], [None], ["1; DROP TABLE x"], [10**30], [-1], {}, True, "\x00")
BIG = "99999999999999999999"


@tagged("post_install", "-at_install")
class TestHolePort(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()

    def refused_or_done(self, method, **values):
        with mute_logger("odoo.addons.ai_close.agent.envelope", "odoo.sql_db"):
            answer = self.port(method, **values)
        code = "" if answer["ok"] else answer["error"]["code"]
        self.assertNotIn(code, ("RUN900", "RUN901"), answer)

    def test_extract(self):
        good = {**self.held, "dataset": "moves", "after": 0, "limit": 10}
        for name in ("dataset", "after", "only", "packed"):
            for value in (*NONSENSE, BIG):
                with self.subTest(name=name, value=value):
                    self.refused_or_done("extract", **{**good, name: value})
        for dataset in self.result("hello")["datasets"]:
            for more in ({"only": [2**62, 1], "packed": True}, {"after": BIG}):
                with self.subTest(dataset=dataset, more=more):
                    self.refused_or_done("extract", **{**good, "dataset": dataset, **more})

    def test_backtest(self):
        calls = {
            "backtest_begin": {"key": "x" * 30, "agent_version": "1.0.0", "rules_digest": "r"},
            "backtest_extract": {"key": "x" * 30, "dataset": "moves", "after": 0, "limit": 10},
            "backtest_finish": {
                "key": "x" * 30, "figures": [], "rows": [], "left_out": 0, "failures": [], "failed": None
            },
        }  # fmt: skip
        for method, good in calls.items():
            for name in good:
                for value in NONSENSE:
                    with self.subTest(method=method, name=name, value=value):
                        self.refused_or_done(method, **{**good, name: value})

    def test_a_finding_about_no_kind_of_record_stops_no_run(self):
        """An abstract model and a wizard have no rows to look at when the finding is gone."""
        for at, model in enumerate(("mail.thread", "base", "ai.close.finding.quieter", "no.such")):
            anchor = {"model": model, "id": 2**40}
            row = self.finding(
                at + 1,
                key=f"EXF005:{self.company.id}:{model},{at}:x",
                rule="EXF005",
                anchor=anchor,
                records=[anchor | {"label": "x"}],
            )
            self.refused_or_done("submit", **self.held, kind="finding", rows=[row])
            row |= {"anchor": {"model": "account.move", "id": 1}, "key": row["key"] + "2"}
            self.refused_or_done("submit", **self.held, kind="finding", rows=[row])
        self.finish(self.held, [])
        _result, self.held = self.begin("run-00000002")
        self.finish(self.held, ["EXF005"])
