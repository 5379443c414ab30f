from . import (
    checklist,
    entries,
    findings,
    flux,
    lock,
    overrides,
    summary,
    tie_outs,
    trial_balance,
    versions,
    year_end,
)
