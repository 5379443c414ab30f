"""Context keys: every one that Odoo's source or ours asks for, with values that a client can send."""

import re
from functools import cache
from random import Random

from tools import odoo_source
from tools.paths import ADDONS

# Folders below odoo/addons whose keys matter for the books; and the ORM itself.
_FOLDERS = (
    "addons/account",
    "addons/base",
    "addons/mail",
    "addons/web",
    "addons/analytic",
    "addons/stock_account",
    "addons/sale",
    "addons/purchase",
    "addons/account_payment",
    "orm",
    "models",
    "fields",
    "api",
    "service",
)
_ASKED = (
    re.compile(r"""(?:context|_context|ctx)\.get\(\s*['"](\w+)['"]"""),
    re.compile(r"""(?:context|_context|ctx)\[\s*['"](\w+)['"]\s*\]"""),
    re.compile(r"""['"](\w+)['"]\s+(?:not\s+)?in\s+(?:self\.)?(?:env\.)?_?context"""),
    re.compile(r"""with_context\(\s*(\w+)\s*="""),
    re.compile(r"""with_context\([^)]*?,\s*(\w+)\s*="""),
)
# Keys that could open a door by their name; these are tried more often than the others.
LOUD = (
    "skip_readonly_check",
    "check_move_validity",
    "force_delete",
    "bypass_lock_check",
    "skip_account_move_synchronization",
    "skip_invoice_sync",
    "tracking_disable",
    "mail_notrack",
    "mail_create_nolog",
    "mail_create_nosubscribe",
    "install_mode",
    "module",
    "uid",
    "su",
    "sudo",
    "active_test",
    "no_exchange_difference",
    "move_reverse_cancel",
    "dynamic_unlink",
    "import_file",
    "ai_close_pass",
    "ai_close_edit",
    "ai_close_link",
    "ai_close_enable",
    "ai_close_posting",
    "prefetch_fields",
    "recompute",
    "bin_size",
    "lang",
    "tz",
    "allowed_company_ids",
    "default_state",
    "default_move_type",
    "default_company_id",
    "default_approved_by_id",
    "default_ai_close_entry_id",
    "default_posted_before",
    "validate_analytic",
    "disable_onchange_name_predictive",
    "skip_is_manually_modified",
    "_force_unlink",
    "force_company",
    "no_validate",
    "from_ui",
    "soft",
    "skip_full_reconcile_check",
)
# The ORM passes a set to itself in it: anything else spoils the caller's own reading, in plain Odoo too.
_ITS_OWN = {"__m2o_order_seen"}
_VALUES = (True, False, 1, 0, "posted", "draft", [], {}, "ai_close", None, ["object"], "PASS")


@cache
def keys() -> tuple[str, ...]:
    """Return all context keys that the sources ask for."""
    root = odoo_source.ensure() / "odoo"
    folders = [root / name for name in _FOLDERS] + [ADDONS]
    found = set(LOUD)
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if "tests" in path.parts:
                continue
            text = path.read_text(errors="replace")
            for pattern in _ASKED:
                found.update(pattern.findall(text))
    return tuple(sorted(found - _ITS_OWN))


def draw(rng: Random, companies: list[int]) -> dict:
    """Return a context of one to four keys."""
    names = {rng.choice(LOUD if rng.random() < 0.5 else keys()) for _each in range(rng.randint(1, 4))}
    return {name: _value(name, rng, companies) for name in sorted(names)}


def _value(name: str, rng: Random, companies: list[int]):
    fixed = {
        "lang": lambda: rng.choice(["en_US", "xx_XX"]),
        "tz": lambda: rng.choice(["UTC", "Pacific/Kiritimati", "no/where"]),
        "allowed_company_ids": lambda: rng.sample(companies, rng.randint(0, len(companies))),
        "uid": lambda: 1,
        "default_state": lambda: rng.choice(["posted", "approved", "locked", "signed", "in_force"]),
        "default_move_type": lambda: rng.choice(["entry", "out_invoice"]),
        "default_company_id": lambda: rng.choice(companies),
        "default_approved_by_id": lambda: 1,
        "default_ai_close_entry_id": lambda: 1,
    }
    return fixed[name]() if name in fixed else rng.choice(_VALUES)
