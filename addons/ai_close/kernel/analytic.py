"""Analytic shares as they travel: JSON of percents by analytic account, as Odoo keeps them on a line."""

import json
import re

from .shape import PayloadError

# One account, or one of several plans together.
_KEY = re.compile(r"[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,9}")
MAX_SHARES = 50


def analytic_shares(text):
    """Return ``{account ids: percent}`` of ``text``, False for none.  Raises PayloadError."""
    if not text:
        return False
    try:
        shares = json.loads(text)
    except (ValueError, RecursionError):
        raise PayloadError("analytic", "JSON of percents by analytic account is expected") from None
    if not isinstance(shares, dict) or len(shares) > MAX_SHARES:
        raise PayloadError("analytic", f"an object of at most {MAX_SHARES} shares is expected")
    for key, percent in shares.items():
        if not _KEY.fullmatch(key):
            raise PayloadError("analytic", "a share names ids of analytic accounts, joined by commas")
        is_number = isinstance(percent, int | float) and not isinstance(percent, bool)
        if not is_number or not 0 < percent <= 100:
            raise PayloadError("analytic", "a share is a percent above 0, at most 100")
    return shares or False


def analytic_ids(text):
    """Return the ids of the analytic accounts that ``text`` names.  Raises PayloadError."""
    return {int(each) for key in analytic_shares(text) or () for each in key.split(",")}
