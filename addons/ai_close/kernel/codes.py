"""Every refusal of AI Close: one code, one name, what a caller should do, one plain sentence.

``kind`` tells a program what to do: ``retry`` the same call later, ``give_up`` this run,
or ask a ``person``.  A code keeps its meaning for ever.
"""

from typing import NamedTuple

RETRY, GIVE_UP, PERSON = "retry", "give_up", "person"
KINDS = (RETRY, GIVE_UP, PERSON)


class Code(NamedTuple):
    """What stands behind one refusal code."""

    name: str
    kind: str
    sentence: str


CODES: dict[str, Code] = {
    # Duties
    "SOD001": Code(
        "SAME_PERSON", PERSON, "You took part in an earlier step; another person has to take this one."
    ),
    "SOD002": Code(
        "NOT_A_PERSON", PERSON, "This step is taken by a person, never by the agent or the system."
    ),
    "SOD003": Code("ROLE_NEEDED", PERSON, "Your role does not include this step."),
    "SOD004": Code("SECOND_PERSON", PERSON, "A second person has to confirm this."),
    "SOD005": Code("ABOVE_LIMIT", PERSON, "The amount is above your limit."),
    "SOD006": Code(
        "ROLE_BY_REQUEST", PERSON, "Roles of the close are given and taken by a request that two people make."
    ),
    "SOD007": Code("PASSWORD_NEEDED", PERSON, "Confirm with your password first, then take the step again."),
    "SOD008": Code("NO_DELEGATION", PERSON, "This delegation is not possible."),
    "SOD009": Code("NOT_A_STRANGER", PERSON, "Somebody who took no part in this month signs its list."),
    # Locks
    "LCK001": Code("PERIOD_LOCKED", PERSON, "The period is locked; use a later date."),
    "LCK002": Code("DATE_LOCKED", PERSON, "Not posted: the date lies in a locked period."),
    "LCK003": Code("NOT_READY", PERSON, "Not locked: the close is not ready."),
    "LCK004": Code("LOCK_BACKWARD", PERSON, "A lock date never moves back."),
    "LCK005": Code("LOCK_CHANGED", PERSON, "The lock date changed since this was requested."),
    "LCK006": Code(
        "LOCK_ONLY_BY_REQUEST", PERSON, "Lock dates of this company change by an approved request only."
    ),
    "LCK007": Code("GATE_BUSY", RETRY, "Somebody is posting right now; try again in a moment."),
    "LCK008": Code(
        "EXCEPTION_UNBOUNDED",
        PERSON,
        "An exception is for one person, ends soon, and opens a period that is locked.",
    ),
    "LCK009": Code("HARD_LOCKED", PERSON, "The period is hard-locked: nothing in it changes any more."),
    "LCK010": Code("ENTRY_LOCKED", PERSON, "This entry lies in a locked period and stays as it is."),
    "LCK011": Code("POSTED_STAYS", PERSON, "Posted items stay in their entry and their company."),
    "LCK014": Code(
        "RESTATES_LOCKED", PERSON, "This would restate locked months; make a new record in an open month."
    ),
    "LCK015": Code(
        "PROTECTION_KEPT", PERSON, "This setting keeps posted entries from being changed; it stays on."
    ),
    "LCK016": Code("DATE_NEEDED", PERSON, "Say which lock date is to move, and to which day."),
    "LCK022": Code(
        "REOPEN_HARD_LOCKED",
        PERSON,
        "A hard-locked period is never opened again; correct it in an open month.",
    ),
    "LCK023": Code("NOT_REOPENED", PERSON, "This period can't be opened again now."),
    "LCK024": Code("REOPEN_UNBOUNDED", PERSON, "A reopen is for named people and ends within 31 days."),
    "LCK025": Code("REOPEN_LIMITED", PERSON, "The period was opened for named staged entries only."),
    "LCK026": Code(
        "ADJUSTMENT_ONLY", PERSON, "An adjustment close takes staged entries of its own journal and day."
    ),
    "LCK027": Code("PERIODS_OVERLAP", PERSON, "This period overlaps another close of the company."),
    "LCK017": Code(
        "OPEN_ITEM_NOT_NAMED", PERSON, "Something is open that was not named, or grew since it was named."
    ),
    "LCK018": Code("REQUEST_EXPIRED", PERSON, "This request is too old; make a new one."),
    "LCK019": Code("NOBODY_MAY_APPROVE", PERSON, "Nobody is left who may approve this."),
    "LCK020": Code("DATE_NOT_TYPED", PERSON, "Type the new lock date to confirm the hard lock."),
    "LCK021": Code("NEVER_LEFT_OPEN", PERSON, "This can't stay open at a lock; settle it first."),
    # Entries and matches
    "ENT001": Code("WRONG_STATE", PERSON, "This step is not possible in the present state."),
    "ENT002": Code("PAYLOAD_CHANGED", PERSON, "The entry is not the one that was signed."),
    "ENT003": Code("NOT_BALANCED", PERSON, "The entry does not balance or is incomplete."),
    "ENT004": Code(
        "SOURCES_CHANGED", PERSON, "The sources changed after the review. Compute again, then review."
    ),
    "ENT005": Code(
        "MOVE_PROTECTED", PERSON, "This journal entry was approved in the close; reverse it instead."
    ),
    "ENT006": Code("REASON_NEEDED", PERSON, "Give a reason."),
    "ENT007": Code("ALREADY_SETTLED", PERSON, "The bank line or the item was settled meanwhile."),
    "ENT008": Code("EVIDENCE_NEEDED", PERSON, "Evidence is missing."),
    "ENT009": Code("WAITS_FOR_OTHER", PERSON, "Another step has to be finished first."),
    "ENT010": Code("NOT_PROPOSABLE", PERSON, "This proposal can't be made from these records."),
    "ENT011": Code("POSTED_OTHERWISE", PERSON, "Entries are posted by Post, never by writing their state."),
    "ENT012": Code("COMPUTED_FIELD", PERSON, "Odoo computes this field itself; it is never written."),
    "ENT013": Code(
        "APPROVAL_NEEDED",
        PERSON,
        "A manual entry of this amount is posted through an approval only; send it.",
    ),
    "ENT014": Code(
        "SAME_APPROVALS",
        PERSON,
        "An approved entry is undone by an approved entry only; propose its reversal.",
    ),
    "ENT015": Code(
        "SCREEN_STALE", PERSON, "This was changed after it was shown to you; reload and look again."
    ),
    "ENT016": Code("LIST_NOT_SIGNABLE", PERSON, "This list of manual entries can't be signed."),
    "ENT017": Code(
        "TEMPLATE_OF_ALL", PERSON, "This template serves every company; change it for your own company."
    ),
    "ENT018": Code("TASKS_IN_A_CYCLE", PERSON, "These tasks would wait for each other for ever."),
    "ENT019": Code("OTHER_COMPANY", PERSON, "A task waits for tasks of its own company only."),
    "ENT020": Code("NOT_FOR_THIS_PERSON", PERSON, "This person can't take this task."),
    "ENT026": Code("NOTHING_TO_REVERSE", PERSON, "Nothing of this batch is left to reverse."),
    "ENT022": Code(
        "NOTHING_TO_CONFIRM", PERSON, "No run has seen this finding gone; there is nothing to confirm."
    ),
    "ENT028": Code("SUM_DIFFERS", PERSON, "Lines, items and write-offs don't add up."),
    "ENT029": Code(
        "ROLE_UNMAPPED", PERSON, "The policy names no account for this; map the role in a new version."
    ),
    "ENT030": Code("ACCOUNT_UNFIT", PERSON, "This account can't serve as the counterpart."),
    "ENT031": Code("KIND_UNFIT", PERSON, "A match of this kind can't be made of these lines and items."),
    "ENT032": Code("NO_SUCH_ALTERNATIVE", PERSON, "There is no such alternative any more."),
    "ENT034": Code("SAMPLE_UNOPENED", PERSON, "Open the rows of the sample before the whole band."),
    "ENT035": Code("TOO_MANY_AT_ONCE", PERSON, "So many matches at once are a batch: open its sample first."),
    "ENT036": Code("NOTHING_TO_ACCEPT", PERSON, "Nothing in this band can be accepted now."),
    "ENT037": Code("NOT_YOUR_BATCH", PERSON, "Somebody else opened this batch; open one of your own."),
    "ENT038": Code("BATCH_AT_WORK", PERSON, "Another batch of this company is not finished yet."),
    "ENT050": Code("NOT_ALIKE", PERSON, "Only entries of one kind, company and month are approved together."),
    "ENT060": Code(
        "LEDGER_MOVED",
        PERSON,
        "The ledger's balance is another one than this tie-out's; let the agent run again.",
    ),
    "ENT061": Code(
        "NOT_OVER", PERSON, "The period is not over yet; its balances are signed after its last day."
    ),
    # Audit and protected data
    "AUD001": Code("APPEND_ONLY", PERSON, "The audit trail can't be changed."),
    "AUD002": Code("PROTECTED_FIELD", PERSON, "This field changes through the steps of the close only."),
    "AUD003": Code("NOT_DELETABLE", PERSON, "Records of the close are not deleted."),
    "AUD004": Code("NO_SUCH_STEP", PERSON, "There is no such step from the present state."),
    "AUD005": Code("ACCESS_DENIED", PERSON, "Your rights do not include this."),
    "AUD006": Code("SIGNED_EVIDENCE", PERSON, "Evidence of a signed step stays as it was signed."),
    "AUD007": Code(
        "WRITER_KEPT", PERSON, "A message bears the name of who writes it and stays as it was written."
    ),
    "AUD010": Code(
        "UNINSTALL_NOT_APPROVED",
        PERSON,
        "AI Close guards a company of this database: before it is uninstalled, a controller asks for it under"
        " Configuration > Uninstall requests, another one approves, and the trail is exported a last time.",
    ),
    "AUD011": Code(
        "SAMPLE_UNCLEAR", PERSON, "Say which entries the sample has, or how many and by which seed."
    ),
    # Policy
    "POL001": Code("POLICY_IN_FORCE", PERSON, "A policy in force is read only; propose a new version."),
    "POL002": Code("POLICY_INVALID", PERSON, "The policy is not valid."),
    "POL003": Code("COMPANY_SETTING", PERSON, "This setting changes by the setup of the close only."),
    "POL004": Code(
        "VERSION_OPEN", PERSON, "Another version of this policy is under way; finish that one first."
    ),
    "POL005": Code("BASE_REPLACED", PERSON, "The version that this one changes is not in force any more."),
    "POL006": Code("PROPOSAL_CHANGED", PERSON, "The policy is not the one that was proposed."),
    "POL007": Code("DATE_NOT_POSSIBLE", PERSON, "A policy can't come into force on this date."),
    "POL008": Code("NOTHING_CHANGED", PERSON, "Nothing differs from the version in force."),
    "POL009": Code(
        "OBSERVED", PERSON, "The company is in observe mode: proposals are only compared, not decided."
    ),
    "POL010": Code("PHASE_SKIPPED", PERSON, "A phase follows the one before it."),
    "POL011": Code(
        "BEFORE_START",
        PERSON,
        "AI Close starts later in this company; earlier months stay outside.",
    ),
    "POL012": Code("START_UNFIT", PERSON, "The close can't start with this month."),
    "POL013": Code("SETUP_INCOMPLETE", PERSON, "Something is missing for the start."),
    "POL014": Code(
        "INHERITED_CHANGED", PERSON, "The books before the start changed since the list was prepared."
    ),
    "POL016": Code(
        "BACKTEST_MISSING",
        PERSON,
        "A version that changes rules is approved after a backtest of exactly this version.",
    ),
    "POL017": Code("BACKTEST_ENDED", GIVE_UP, "Nobody waits for this backtest any more."),
    "POL018": Code("NO_SUBJECT", PERSON, "This finding names no partner and no account to leave alone."),
    "POL020": Code(
        "MATCHER_COMPARED_OTHERWISE",
        PERSON,
        "This version of the matcher was compared with one that is not in use any more; train again.",
    ),
    "POL021": Code(
        "MATCHER_CHANGED", PERSON, "This version of the matcher is not the one that was proposed."
    ),
    "POL022": Code("TRAINING_ENDED", GIVE_UP, "Nobody waits for this training any more."),
    "POL023": Code("NOTHING_TO_LEARN", PERSON, "Too little was decided since the matcher last learned."),
    "POL024": Code(
        "MATCHER_WORSE",
        PERSON,
        "On the months held out this version does worse than the one in use; say why it is taken.",
    ),
    "POL025": Code(
        "LANGUAGE_COMPARED_OTHERWISE",
        PERSON,
        "Another version of the language model is in use than when this one was proposed; reject it and"
        " propose anew.",
    ),
    "POL026": Code(
        "LANGUAGE_CHANGED", PERSON, "This version of the language model is not the one that was proposed."
    ),
    # Runs
    "RUN001": Code("BUSY", RETRY, "Another run works on this company and period."),
    "RUN002": Code("LEASE_LOST", GIVE_UP, "The run is no longer yours: its lease ran out or was taken over."),
    "RUN003": Code("UNKNOWN_COMPANY", PERSON, "There is no such company among those the agent may read."),
    "RUN004": Code("UNKNOWN_PERIOD", PERSON, "The period is not a month written as YYYY-MM, or lies ahead."),
    "RUN005": Code("RUN_PERIOD_LOCKED", PERSON, "The period is locked."),
    "RUN006": Code("NOT_ENABLED", PERSON, "AI Close is not set up for this company."),
    "RUN007": Code("AGENT_VERSION", PERSON, "The agent's version does not fit the add-on's."),
    "RUN008": Code("NOT_THE_AGENT", PERSON, "Only the agent's user may call this."),
    "RUN009": Code("RUN_KEY_USED", GIVE_UP, "This run key belongs to a finished run."),
    "RUN010": Code("BAD_PAYLOAD", GIVE_UP, "The request does not have the agreed shape."),
    "RUN011": Code("UNKNOWN_DATASET", GIVE_UP, "There is no such dataset."),
    "RUN012": Code("NO_ACCESS", PERSON, "The agent's user may not read this."),
    "RUN013": Code(
        "DATABASE_OLDER",
        PERSON,
        "The database is older than the audit trail that the agent knows; a controller decides.",
    ),
    "RUN016": Code("WHOLE_DATASET", GIVE_UP, "This dataset is no list of records: read it as a whole."),
    "RUN900": Code("UNEXPECTED", GIVE_UP, "Something unexpected happened; the server's log has the details."),
    "RUN901": Code("CONFLICT", RETRY, "Somebody else changed the same record; try again."),
}


def known(code: str) -> Code:
    """Return what stands behind ``code``; a code that nobody registered is a programming error."""
    return CODES[code]
