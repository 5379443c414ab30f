"""What a file of the audit trail can be wrong with."""

from agent_service.errors import BadInput


class BadExport(BadInput):
    """The file is no export of the audit trail, or so damaged that nothing can be said about it."""


class BadProof(BadInput):
    """The file is no proof."""


class BadKnownRoots(BadInput):
    """The file of known roots can't be used."""
