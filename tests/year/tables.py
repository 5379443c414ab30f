"""What the design says: states and the ways between them, written down a second time, by hand.

The test compares the database with this, never with the add-on's own tables.
"""

# table -> (states that a new record may have, ways)
TABLES: dict[str, tuple[set[str], set[tuple[str, str]]]] = {
    "ai_close": (
        {"open", "locked"},
        {
            ("open", "working"), ("working", "open"), ("working", "ready"), ("ready", "working"),
            ("open", "ready"), ("ready", "requested"), ("working", "requested"), ("requested", "ready"),
            ("requested", "working"), ("requested", "locked"), ("locked", "reopened"), ("reopened", "locked"),
        },
    ),
    "ai_close_task": (
        {"open", "waiting"},
        {
            ("waiting", "open"), ("open", "waiting"), ("open", "prepared"), ("waiting", "prepared"),
            ("prepared", "signed"), ("prepared", "open"), ("signed", "stale"), ("signed", "open"),
            ("prepared", "stale"), ("stale", "open"), ("stale", "prepared"), ("waiting", "not_applicable"),
            ("open", "not_applicable"), ("prepared", "not_applicable"), ("stale", "not_applicable"),
            ("not_applicable", "open"), ("not_applicable", "stale"),
        },
    ),
    "ai_close_finding": (
        {"open"},
        {
            ("open", "assigned"), ("assigned", "assigned"), ("open", "explained"), ("assigned", "explained"),
            ("open", "fixed"), ("assigned", "fixed"), ("explained", "fixed"), ("open", "waived"),
            ("assigned", "waived"), ("explained", "waived"), ("open", "closed"), ("assigned", "closed"),
            ("explained", "closed"), ("fixed", "closed"), ("fixed", "open"), ("closed", "open"),
            ("explained", "open"), ("waived", "open"),
        },
    ),
    "ai_close_entry": (
        {"proposed"},
        {
            ("proposed", "prepared"), ("prepared", "reviewed"), ("reviewed", "approved"),
            ("approved", "posted"), ("posted", "reversed"), ("prepared", "proposed"),
            ("reviewed", "proposed"), ("approved", "proposed"), ("proposed", "rejected"),
            ("prepared", "rejected"), ("reviewed", "rejected"), ("stale", "rejected"),
            ("proposed", "superseded"), ("stale", "superseded"), ("superseded", "proposed"),
            ("proposed", "stale"), ("prepared", "stale"), ("reviewed", "stale"), ("stale", "proposed"),
        },
    ),
    "ai_close_lock": (
        {"draft"},
        {
            ("draft", "requested"), ("requested", "approved"), ("approved", "applied"),
            ("requested", "rejected"), ("draft", "rejected"), ("draft", "expired"), ("requested", "expired"),
            ("applied", "expired"), ("requested", "requested"), ("requested", "draft"),
        },
    ),
    "ai_close_open_item": (
        {"named"},
        {("named", "open"), ("named", "dropped"), ("open", "settled"), ("open", "renewed")},
    ),
    "ai_close_run": (
        {"requested"},
        {
            ("requested", "running"), ("requested", "expired"), ("running", "done"), ("running", "failed"),
            ("running", "expired"), ("expired", "running"),
        },
    ),
    "ai_close_policy": (
        {"draft"},
        {
            ("draft", "proposed"), ("proposed", "approved"), ("proposed", "rejected"),
            ("approved", "in_force"), ("draft", "in_force"), ("in_force", "replaced"),
            ("proposed", "draft"), ("draft", "rejected"), ("approved", "rejected"),
        },
    ),
    "ai_close_manual_list": ({"open"}, {("open", "signed"), ("stale", "signed"), ("signed", "stale")}),
}  # fmt: skip

# Their state is read off their members and has no steps of its own.
DERIVED = {"ai_close_finding_cause"}

PREPARER, REVIEWER, CONTROLLER = "preparer", "reviewer", "controller"
_ALL = {PREPARER, REVIEWER, CONTROLLER}
_CHECKERS = {REVIEWER, CONTROLLER}
# What the audit calls a signature -> the roles that may give it.  No machine ever may.
SIGNATURES: dict[str, set[str]] = {
    "entry.prepare": {PREPARER, CONTROLLER},
    "entry.review": _CHECKERS,
    "entry.approve": _CHECKERS,
    "entry.post": _CHECKERS,
    "entry.reverse": _CHECKERS,
    "entry.reject": _ALL,
    "task.sign": _CHECKERS,
    "task.not_applicable": _CHECKERS,
    "finding.waive": _ALL,
    "finding.explain": _ALL,
    "finding.fix": _ALL,
    "list.sign": _CHECKERS,
    "lock.request": _CHECKERS,
    "lock.approve": {CONTROLLER},
    "lock.apply": {CONTROLLER},
    "close.lock": {CONTROLLER},
    "close.request_lock": _CHECKERS,
    "close.reopen": {CONTROLLER},
    "close.relock": {CONTROLLER},
    "reopen.request": _CHECKERS,
    "reopen.approve": {CONTROLLER},
    "report.sign": {CONTROLLER},
    "grant.approve": {CONTROLLER},
    "policy.propose": _CHECKERS,
    "policy.approve": {CONTROLLER},
    "policy.reject": {CONTROLLER},
    "lock.name_items": _CHECKERS,
    "lock.accept_items": {CONTROLLER},
    "item.name": _CHECKERS,
    "item.accept": {CONTROLLER},
}
LOCK_FIELDS = (
    "fiscalyear_lock_date", "tax_lock_date", "sale_lock_date", "purchase_lock_date", "hard_lock_date",
)  # fmt: skip
UNDECIDED_FINDING = ("open", "assigned", "explained", "fixed")
UNDECIDED_ENTRY = ("proposed", "prepared", "reviewed", "approved", "stale")
