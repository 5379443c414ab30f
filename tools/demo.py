"""`make demo`, first part: what a bare machine lacks (standard library only), then the story."""

import os
import sys
import time

from tools import oca, odoo_source, postgres, say, venv
from tools.paths import ROOT


def main() -> None:
    """Fetch Odoo, make the environment, start PostgreSQL, and go on inside the environment."""
    start = time.monotonic()
    say.line("AI Close for Odoo: demo\n")
    odoo_source.ensure()
    python = venv.ensure_with_odoo()
    oca.ensure()
    with say.step("PostgreSQL"):
        postgres.DEMO.start()
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(python, [str(python), "-m", "tools.demo_story", str(start)])


if __name__ == "__main__":
    main()
