"""A new API key in place of the old one, so that at every moment one key works and is in the file."""

import os
from pathlib import Path
from typing import Any

from agent_service.bootstrap import Agent
from agent_service.errors import AgentError, BadInput, PortRefused
from agent_service.secret import Secret
from agent_service.state import StateDir, write_private


def rotate(agent: Agent) -> dict[str, Any]:
    """Ask for a key, write it, try it, and only then let Odoo forget the others.

    When anything fails before the last step the former key goes back to its file: it is still good.
    """
    with StateDir(agent.settings.state_dir).hold_keys():
        former = agent.settings.key
        path = _writable(agent.settings.key_file)
        with agent.port() as port:
            made = port.rotate_key()
        try:
            key, name = Secret(str(made["key"])), str(made["name"])
        except KeyError:
            raise PortRefused(
                "The add-on gave no key", "Install the agent and the add-on of one release."
            ) from None
        dropped = _replace(agent, path, former, key, name)
    return {"name": name, "expires_at": made.get("expires_at"), "dropped": dropped, "key_file": str(path)}


def _replace(agent: Agent, path: Path, former: Secret, key: Secret, name: str) -> int:
    try:
        write_private(path, f"{key.reveal()}\n")
    except OSError as error:
        raise BadInput(
            f"{path} can't be written ({error.strerror})", "The former key is still there and still works."
        ) from None
    try:
        with agent.port(agent.settings.key) as port:
            port.hello()
            return int(port.drop_other_keys(name).get("dropped") or 0)
    except AgentError as error:
        if not _works(agent, former):
            raise  # Odoo has dropped it already: the new key stays
        write_private(path, f"{former.reveal()}\n")
        raise type(error)(
            f"The new key does not work: {error}", "The former key is back in its file.", code=error.code
        ) from None


def _works(agent: Agent, key: Secret) -> bool:
    """Tell whether Odoo still takes a key; when it can't be asked, the newer one is the safer one."""
    try:
        with agent.port(key) as port:
            port.hello()
    except AgentError:
        return False
    return True


def _writable(path: Path) -> Path:
    """Return the file behind links; refuse before a key is made when it can't be replaced."""
    target = path.resolve()
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise BadInput(
            f"{target.parent} can't be written",
            "Put the key file into a folder of your own, or rotate where it can be written.",
        )
    return target
