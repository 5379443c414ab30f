"""What an add-on ships is what its manifest loads: a file that fell out of the list guards nothing."""

import ast
from collections import Counter
from pathlib import Path

import pytest

ADDONS = Path(__file__).parents[2] / "addons"
FOLDERS = ("security", "data", "views", "wizard", "report")
# Loaded by Odoo itself when a copy of the database is neutralised, and by our own code.
ELSEWHERE = {".sql", ".json", ".py"}


@pytest.mark.parametrize("addon", sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py")))
def test_every_data_file_is_loaded_once(addon):
    folder = ADDONS / addon
    loaded = Counter(ast.literal_eval((folder / "__manifest__.py").read_text()).get("data", ()))
    shipped = {
        str(path.relative_to(folder))
        for part in FOLDERS
        for path in (folder / part).rglob("*")
        if path.is_file() and path.suffix not in ELSEWHERE | {".pyc"}
    }
    assert shipped - loaded.keys() == set(), "not loaded"
    assert loaded.keys() - shipped == set(), "loaded, but not there"
    assert [name for name, count in loaded.items() if count > 1] == [], "loaded twice"
