"""The UTC moment at which something happened on a local day."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def utc_text(day: date, tz: str, hour: int = 12, minute: int = 0) -> str:
    """Return `YYYY-MM-DD HH:MM:SS` in UTC of a local time, the form in which Odoo keeps it."""
    local = datetime.combine(day, time(hour, minute), ZoneInfo(tz))
    return local.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
