"""Ours beside `account_reconcile_oca`: one database, one run, the same lines and items.

Both match what stands in the books; OCA also reconciles what it matched, which is part of how it works, so
its lines a second contain that. Ours reads by SQL and proposes; accepting is measured elsewhere.
"""

import json
import tempfile
from pathlib import Path

from agent_service.core.matching.evaluation import Answer, Evaluation, evaluate
from agent_service.match_files.proposals import answer_of, read_answers
from agent_service.match_files.rows import Skipped
from benchmarks.figures import Figure
from benchmarks.statements.build import build, write
from tools import odoo_cli, postgres, template
from tools.paths import ROOT

SEED, SCALE = 105, 0.29
DATABASE = "bench_match_oca"
_SCRIPT = """
import json, sys
from pathlib import Path
sys.path.insert(0, "{root}")
from benchmarks.oca_books import compared
Path("{out}").write_text(json.dumps(compared(env, Path("{folder}"))))
env.cr.commit()
print("DONE")
"""


STATEMENTS = {"labels as banks write them": False, "labels with the payer's own words alone": True}


def run() -> list[Figure]:
    """Build the books, match them by both and judge what each said; for both styles of labels."""
    rows = []
    for name, tidy in STATEMENTS.items():
        for one in side_by_side(tidy=tidy):
            rows.append(Figure(f"{name}: {one.what}", one.value))
            print(f"{rows[-1].what}: {one.value}", flush=True)
    return rows


def side_by_side(*, tidy: bool) -> list[Figure]:
    """Return what both came to on one database."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(build(SEED, SCALE, tidy=tidy), folder)
        out = folder / "compared.json"
        try:
            template.reclone(template.base(), DATABASE)
            odoo_cli.install(postgres.TEST, DATABASE, ["account_reconcile_oca"])
            script = _SCRIPT.format(root=ROOT, out=out, folder=folder)
            printed = odoo_cli.shell(postgres.TEST, DATABASE, script)
            if not out.exists():
                raise RuntimeError(printed[-2000:])
        finally:
            odoo_cli.drop(postgres.TEST, DATABASE)
        found = json.loads(out.read_text())
        truth = list(read_answers(folder / "truth.jsonl", Skipped()))
    return figures(found, truth)


def figures(found: dict, truth: list[Answer]) -> list[Figure]:
    """Return what both came to."""
    lines = found["lines"]
    ours = evaluate(truth, [answer_of(one) for one in found["ours"]])
    theirs = evaluate(truth, [answer_of(one) for one in found["oca"]])
    sure = [answer_of(one) for one in found["ours"] if one["band"] == "auto"]
    auto = evaluate(truth, sure)
    return [
        Figure("lines and open items", f"{lines} and {found['items']}"),
        Figure("ours: lines a second, read and proposed", f"{lines / found['ours_s']:.0f}"),
        Figure("OCA: lines a second, matched and reconciled", f"{lines / found['oca_s']:.1f}"),
        Figure("OCA: chunks of 100 lines rolled back by an error", str(found["rolled_back"])),
        *_quality("ours, all bands", ours),
        *_quality("ours, band auto", auto),
        *_quality("OCA", theirs),
    ]


def _quality(name: str, found: Evaluation) -> list[Figure]:
    total = found.total
    return [
        Figure(f"{name}: proposed, right", f"{total.proposed}, {total.right} of {total.true}"),
        Figure(f"{name}: precision", f"{total.precision or 0:.4f}"),
        Figure(f"{name}: recall", f"{total.recall or 0:.4f}"),
    ]
