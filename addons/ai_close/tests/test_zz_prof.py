import cProfile, pstats, time, io
from odoo.tests import tagged
from .close_common import CloseCase

@tagged("post_install", "-at_install")
class TestProf(CloseCase):
    def test_prof(self):
        run = self.run_of_agent()
        N = 60
        pairs = [(self.invoice(100 + n), self.bank_line(100 + n)) for n in range(2 * N)]
        self.submit("ai.close.match", run, *[self.match_row(line, item) for item, line in pairs])
        found = self.env["ai.close.match"].sudo().search([], order="id")
        self.assertEqual(len(found), 2 * N)
        self.env.flush_all(); self.env.invalidate_all()
        q0 = self.cr.sql_log_count if hasattr(self.cr, "sql_log_count") else 0
        c = time.process_time(); t = time.time()
        for m in found[:N]:
            self.be(m, self.anna).action_accept()
            self.env.flush_all(); self.env.invalidate_all()
        print("SINGLE", N, time.process_time() - c, time.time() - t, flush=True)
        self.env.flush_all(); self.env.invalidate_all()
        c = time.process_time(); t = time.time()
        prof = cProfile.Profile()
        prof.enable()
        infos = self.be(found[N:], self.anna).action_accept()["infos"]
        self.env.flush_all()
        prof.disable()
        print("TOGETHER", N, time.process_time() - c, time.time() - t, len(infos["done"]), infos["failures"][:2], flush=True)
        s = io.StringIO()
        pstats.Stats(prof, stream=s).sort_stats("cumulative").print_stats(70)
        open("/tmp/plan/h4/prof.txt", "w").write(s.getvalue())
