"""`make test`: every stage in order, counted from its own report; nothing may pass by not running.

    python -m tools.run_tests [STAGE ...]

Stages run in lanes side by side; the rows of each are marked with its name.

A stage fails on a failed test, on a skipped one, on none at all, on an exit code that its report
does not explain, and on Odoo's '0 failed of 0 tests'.
"""

import os
import re
import secrets
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools import browser, lint, odoo_cli, postgres, say, template, venv
from tools.paths import ADDONS, ROOT, var_dir, venv_python

ADDONS_DB = "test_addons"
_PREPARE = """
from odoo.addons.ai_close.tests.prepared import prepare
prepare(env)
env.cr.commit()
"""
_NOTHING_RAN = re.compile(r"\b0 failed, 0 error\(s\) of 0 tests\b|\b0 of 0\b")


@dataclass
class Result:
    """What one stage counted."""

    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    processor_s: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def took(self, processor_s: float) -> None:
        """Count seconds of processor, without those of PostgreSQL."""
        self.processor_s += processor_s

    def blame(self, reason: str, count: int = 1) -> None:
        """Count failures that need a sentence."""
        self.failed += count
        self.reasons.append(reason)


def read_report(path: Path) -> tuple[int, int, int]:
    """Return passed, failed and skipped of a JUnit report; zeros where there is none.

    Test cases are counted, not what the suite's own totals say: those count subtests too.
    """
    if not path.exists():
        return 0, 0, 0
    cases: dict[tuple[str | None, str | None], set[str]] = {}
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314 - our own file
        ended = cases.setdefault((case.get("classname"), case.get("name")), set())
        ended.update(child.tag for child in case)
    failed = sum(bool(ended & {"failure", "error"}) for ended in cases.values())
    skipped = sum("skipped" in ended and not ended & {"failure", "error"} for ended in cases.values())
    return len(cases) - failed - skipped, failed, skipped


def failed_tests(path: Path, most: int = 20) -> list[str]:
    """Return the failed tests of a JUnit report with the first line of what each said."""
    if not path.exists():
        return []
    told: dict[str, None] = {}
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314 - our own file
        for child in case:
            if child.tag in ("failure", "error"):
                said = (child.get("message") or "").strip().splitlines() or [child.tag]
                told[f"{case.get('classname')}::{case.get('name')}: {said[0][:200]}"] = None
    rows = list(told)
    return rows[:most] + ([f"and {len(rows) - most} more"] if len(rows) > most else [])


def _pytest(name: str, paths: list[Path], env: dict[str, str], *flags: str) -> Result:
    """Run pytest on folders and judge its report."""
    result = Result()
    missing = [path for path in paths if not path.is_dir()]
    if missing or not paths:
        listed = ", ".join(str(path.relative_to(ROOT)) for path in missing) or "add-ons with tests"
        result.blame(f"there is no {listed}: this stage has nothing to run")
        return result
    report = var_dir("tests") / f"{name}.xml"
    report.unlink(missing_ok=True)
    log = var_dir("tests") / f"{name}.log"
    log.unlink(missing_ok=True)
    nothing: list[str] = []

    def listen(row: str) -> None:
        if row:
            say.line(f"  {name}| {row}")
        if _NOTHING_RAN.search(row):
            nothing.append(row)

    # The lane of the longest stage ends last: it keeps a core, the others share the rest until it is done.
    yielding = [] if name == LONGEST_FIRST[0] else ["nice", "-n", "5"]
    command = [*yielding, venv_python(), "-m", "pytest", "-q", "-p", "no:cacheprovider", *flags,
               f"--junitxml={report}", *paths]
    crashed = ""
    try:
        say.stream(command, listen, env=env, cwd=ROOT, log=log, on_end=result.took)
    except say.CommandFailed as error:
        crashed = str(error).splitlines()[0]
    result.passed, result.failed, skipped = read_report(report)
    # Named once more in the summary: of a long log often only the end is kept.
    result.reasons += failed_tests(report)
    if skipped:
        result.blame(f"{skipped} skipped: a test that does not run proves nothing", skipped)
    if nothing:
        result.blame(f"Odoo ran nothing: {nothing[0].strip()}")
    if not (result.passed or result.failed):
        result.blame(f"no test ran. {crashed}")
    elif crashed and not result.failed:
        result.blame(crashed)
    return result


def _environment() -> dict[str, str]:
    """Return the environment of the stages that need a database and a browser."""
    postgres.TEST.start()
    env = odoo_cli.environment(postgres.TEST)
    return {**env, "PATH": browser.path_with_browser(env["PATH"])}


def _lint() -> Result:
    result = Result()
    total = len(lint.commands())
    failed = lint.main()
    result.passed = total - failed
    if failed:
        result.blame("see the linters' complaints above", failed)
    return result


def _agent() -> Result:
    # The frames are small and the other lanes want the cores: a pool of threads costs more than it brings.
    # The agents of the other stages run as users have them.
    threads = {"POLARS_MAX_THREADS": os.environ.get("POLARS_MAX_THREADS", "1")}
    return _pytest("agent", [ROOT / "tests" / "agent"], threads, *_chosen())


def _chosen() -> tuple[str, ...]:
    """Return the flags that leave the slow tests to a target of their own; none with AI_CLOSE_SLOW=all."""
    wanted = os.environ.get("AI_CLOSE_SLOW")
    return () if wanted == "all" else ("-m", "slow" if wanted == "only" else "not slow")


def _contract() -> Result:
    return _pytest("contract", [ROOT / "tests" / "contract"], _environment(), *_chosen())


def _addons() -> Result:
    """Run the add-ons' own tests in a database that has them installed."""
    env = _environment()
    template.reclone(template.with_addons(), ADDONS_DB)
    odoo_cli.shell(postgres.TEST, ADDONS_DB, _PREPARE)
    config = odoo_cli.write_config(var_dir("run") / "test-addons.conf", postgres.TEST)
    installed = set(template.own_modules())
    folders = [p for p in sorted(ADDONS.glob("*/tests")) if p.parent.name in installed]
    try:
        return _pytest(
            "addons", folders, env, "-o", "addopts=", "-ra",
            "--odoo-database", ADDONS_DB, "--odoo-config", str(config), "--odoo-http",
        )
    finally:
        odoo_cli.drop(postgres.TEST, ADDONS_DB)


def _e2e() -> Result:
    return _pytest("e2e", [ROOT / "tests" / "e2e"], _environment(), *_chosen())


def _faults() -> Result:
    return _pytest("faults", [ROOT / "tests" / "faults"], _environment(), *_chosen())


def _controls() -> Result:
    """Attack the controls: a sample of the attempts, all of them with AI_CLOSE_CONTROLS=all."""
    # A gate gives the same answer twice; whoever looks for news runs it at home, with a seed of the day.
    gate = os.environ.get("CI") and os.environ.get("AI_CLOSE_CONTROLS") != "all"
    seed = os.environ.get("AI_CLOSE_SEED") or ("797544" if gate else str(secrets.randbelow(10**6)))
    say.line(f"  {os.environ.get('AI_CLOSE_CONTROLS') or 'sample'}, AI_CLOSE_SEED={seed}")
    env = {**_environment(), "AI_CLOSE_SEED": seed}
    return _pytest("controls", [ROOT / "tests" / "controls"], env)


def _year() -> Result:
    """Live the beginning of a year of closes, whole years with AI_CLOSE_YEAR=all."""
    gate = os.environ.get("CI") and os.environ.get("AI_CLOSE_YEAR") != "all"
    seed = os.environ.get("AI_CLOSE_SEED") or ("3" if gate else str(secrets.randbelow(10**6)))
    say.line(f"  {os.environ.get('AI_CLOSE_YEAR') or 'sample'}, AI_CLOSE_SEED={seed}")
    return _pytest("year", [ROOT / "tests" / "year"], {**_environment(), "AI_CLOSE_SEED": seed})


def _tampering() -> Result:
    return _pytest("tampering", [ROOT / "tests" / "tampering"], _environment())


STAGES: dict[str, Callable[[], Result]] = {
    "lint": _lint,
    "agent": _agent,
    "contract": _contract,
    "addons": _addons,
    "tampering": _tampering,
    "e2e": _e2e,
    "faults": _faults,
    "controls": _controls,
    "year": _year,
}

# What waits for one server most of the time runs beside the rest: three lanes keep two cores at work. Whoever
# is free takes the next stage; the longest come first, so that no lane is left alone with one at the end. The
# agent's tests need no database: they run while the others wait for the templates, which one core builds.
LANES = 3
LONGEST_FIRST = ("addons", "agent", "contract", "e2e", "faults", "controls", "year", "lint", "tampering")


def _run_lanes(wanted: list[str]) -> dict[str, Result]:
    """Run the stages in lanes and return their results in the order asked for."""
    if len(wanted) > 1:
        # What several would fetch or unpack is there before they part.
        _environment()
    with ThreadPoolExecutor(LANES) as pool:
        running = {name: pool.submit(_run, name) for name in LONGEST_FIRST if name in wanted}
        return {name: running[name].result() for name in wanted}


def _run(name: str) -> Result:
    say.line(f"\n== {name}")
    start = time.monotonic()
    try:
        result = STAGES[name]()
    except (say.CommandFailed, OSError) as error:
        result = Result()
        result.blame(f"the stage broke: {error}")
    result.seconds = time.monotonic() - start
    return result


def main(wanted: list[str]) -> int:
    """Run the stages, print a line for each and the total; return the exit code."""
    unknown = [name for name in wanted if name not in STAGES]
    if unknown:
        say.fail(f"no stage {', '.join(unknown)}: there are {', '.join(STAGES)}")
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(var_dir("pycache")))
    # Set by many images: each start of Odoo or the agent would compile all of it anew, for seconds.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    venv.ensure_with_odoo()
    results = _run_lanes(list(dict.fromkeys(wanted)) or list(STAGES))
    say.line("\n== summary")
    for name, result in results.items():
        took = f", {result.processor_s:.0f} s of processor" if result.processor_s else ""
        say.line(
            f"  {name:<10}{result.passed:>6} passed {result.failed:>5} failed {result.seconds:>8.1f} s{took}"
        )
        for reason in result.reasons:
            say.line(f"             {reason}")
    if served := postgres.TEST.processor_s():
        say.line(f"  PostgreSQL took {served:.0f} s of processor since its start")
    passed = sum(result.passed for result in results.values())
    failed = sum(result.failed for result in results.values())
    say.line(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
