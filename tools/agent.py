"""The agent beside a server of ours: its settings, one run, and the service in the background."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tools import say
from tools.paths import ROOT, VENV, var_dir

_BACKGROUND = "agent-serve"


def settings(url: str, db: str, key_file: Path, state_dir: Path) -> dict[str, str]:
    """Return the agent's environment."""
    return {
        "AI_CLOSE_URL": url,
        "AI_CLOSE_DATABASE": db,
        "AI_CLOSE_KEY_FILE": str(key_file),
        "AI_CLOSE_STATE_DIR": str(state_dir),
    }


def run_once(env: dict[str, str], company: str, period: str) -> dict:
    """Run the agent for one company and period and return its report."""
    return json.loads(_ai_close(env, "run", "--company", company, "--period", period, "--json"))


def backtest(env: dict[str, str]) -> list[dict]:
    """Let the agent answer the backtests that wait in Odoo and return what it did."""
    return json.loads(_ai_close(env, "backtest", "--json"))


def train(env: dict[str, str]) -> list[dict]:
    """Let the agent learn for the versions of the matcher that wait in Odoo and return what it did."""
    return json.loads(_ai_close(env, "matcher", "train", "--json"))


def offer_model(env: dict[str, str], company: str) -> list[dict]:
    """Let the agent offer its language model for a company and return what became of it."""
    return json.loads(_ai_close(env, "llm", "offer", "--company", company, "--json"))["offered"]


def _ai_close(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [str(VENV / "bin" / "ai-close"), *words], env={**os.environ, **env}, cwd=ROOT,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    with (var_dir("log") / "agent-run.log").open("a") as log:
        log.write(done.stderr)
    if done.returncode not in (0, 1):
        raise say.CommandFailed(f"ai-close {words[0]} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def _state() -> Path:
    return var_dir("run") / f"{_BACKGROUND}.json"


def _recorded() -> int | None:
    """Return the process id of the background service, if it is still that process."""
    try:
        record = json.loads(_state().read_text())
        stat = Path(f"/proc/{record['pid']}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return record["pid"] if stat[0] != "Z" and stat[19] == record["started"] else None


def start(env: dict[str, str]) -> Path:
    """Start `ai-close serve` in the background, if it does not run; return its log."""
    log = var_dir("log") / "agent-serve.log"
    if _recorded():
        if json.loads(_state().read_text()).get("env") == env:
            return log
        stop()
    with log.open("ab") as handle:
        process = subprocess.Popen(
            [str(VENV / "bin" / "ai-close"), "serve"],
            env={**os.environ, **env},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=handle,
            start_new_session=True,
        )
    started = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
    _state().write_text(json.dumps({"pid": process.pid, "started": started, "env": env}))
    return log


def stop() -> bool:
    """Stop the background service: politely, then by force; tell whether it ran."""
    pid = _recorded()
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while _recorded() and time.monotonic() < deadline:
            time.sleep(0.05)
        if _recorded():
            os.kill(pid, signal.SIGKILL)
    _state().unlink(missing_ok=True)
    return pid is not None
