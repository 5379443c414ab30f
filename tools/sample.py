"""The sample company: made by `agent_service.sample`, loaded into a database in `odoo shell`."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tools import odoo_cli, postgres, say, template
from tools.paths import ROOT, var_dir, venv_python

COMPANY = "Northwind Trading"
TEST_PERIOD = "2026-10"
MONTHS = 3
SEED = 7
_LOADER = ROOT / "agent_service" / "sample" / "load_shell.py"
_PROGRESS = re.compile(r"PROGRESS (\d+)/(\d+)")
Update = Callable[[int, int], None]
# What Odoo's pages load, built once in the template instead of at the first page of each copy.
_ASSETS = """
for bundle in ("web.assets_web", "web.assets_backend_lazy", "web.assets_frontend",
               "web.assets_frontend_lazy", "web.assets_frontend_minimal"):
    found = env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=True)
    found.js(), found.css()
env.cr.commit()
"""


def last_period(today: date) -> str:
    """Return the last complete month as YYYY-MM."""
    return (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def generate(folder: Path, period: str, months: int = MONTHS, scale: int = 1) -> None:
    """Write plan, truth and the bank statement of the last month into a folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    say.run(
        [venv_python(), "-m", "agent_service.sample", "generate", "--seed", str(SEED), "--months",
         str(months), "--scale", str(scale), "--end", period, "--out", folder],
        cwd=ROOT,
    )


def load(
    cluster: postgres.Cluster, db: str, folder: Path, update: Update | None = None, then: str = ""
) -> None:
    """Load the plan in `folder` into a database that has our add-ons; `then` is run in the same shell."""

    def listen(row: str) -> None:
        found = _PROGRESS.match(row)
        if found and update:
            update(int(found[1]), int(found[2]))

    odoo_cli.shell(cluster, db, f"{_LOADER.read_text()}\n{then}", env={"AI_CLOSE_SAMPLE_DIR": str(folder)},
                   on_line=listen)
    missing = [n for n in ("loaded.json", "logins.json", "agent.key") if not (folder / n).exists()]
    if missing:
        raise say.CommandFailed(f"the sample's loader left no {', '.join(missing)} in {folder}")


def statement(folder: Path) -> Path:
    """Return the CAMT.053 file of a generated sample."""
    return next(iter(sorted(folder.glob("statement-*.camt053.xml"))))


def logins(folder: Path) -> dict[str, str]:
    """Return login -> password of a loaded sample."""
    return json.loads((folder / "logins.json").read_text())


def import_statement(url: str, db: str, folder: Path, login: str = "anna") -> str:
    """Import the bank statement over the external interface, as a person would in the screen."""
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".password") as password:
        password.write(logins(folder)[login])
        password.flush()
        return say.run(
            [venv_python(), "-m", "agent_service.sample", "import", "--url", url, "--database", db,
             "--login", login, "--password-file", password.name, "--file", statement(folder)],
            cwd=ROOT,
        )


def template_folder() -> Path:
    """Return the folder of files that belong to the current sample template."""
    return var_dir("templates") / f"sample_{template.sample_key()}"


def ensure_template(cluster: postgres.Cluster = postgres.TEST) -> tuple[str, Path]:
    """Return the template with the sample company and its folder (logins, key, statement, truth)."""
    folder = template_folder()
    known = f"tpl_sample_{template.sample_key()}"
    cluster.start()
    if cluster.exists(known) and not (folder / "agent.key").exists():
        odoo_cli.drop(cluster, known)  # its files are gone, so nobody can log in to it

    def build(db: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        generate(folder, TEST_PERIOD)
        load(cluster, db, folder, then=_ASSETS)

    name = template.with_sample(build, cluster)
    for old in folder.parent.glob("sample_*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return name, folder


if __name__ == "__main__":
    name, files = ensure_template()
    say.line(f"{name}\n{files}")
