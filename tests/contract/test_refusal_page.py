"""docs/refusals.md lists each refusal code of the registry, and none that does not exist."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _registry():
    spec = importlib.util.spec_from_file_location("codes", ROOT / "addons/ai_close/kernel/codes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CODES


def test_the_page_lists_every_code_with_its_name_and_sentence():
    page = (ROOT / "docs/refusals.md").read_text()
    listed = dict(re.findall(r"^\| ([A-Z]{3}\d{3}) \| (\w+) \|", page, re.MULTILINE))
    registry = _registry()
    assert listed == {code: entry.name for code, entry in registry.items()}
    missing = [code for code, entry in registry.items() if f"| {entry.sentence} |" not in page]
    assert not missing
