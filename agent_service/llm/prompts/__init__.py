"""Prompts: one Markdown file a task, with its version, its schema and its words; `load` reads one."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Prompt:
    """A task's words to a model. ``digest`` covers all of the file: a changed word is another prompt."""

    task: str
    version: int
    schema: Mapping[str, Any]
    text: str
    digest: str

    @property
    def name(self) -> str:
        """Return task and version, as runs and audit name it ("variance@1")."""
        return f"{self.task}@{self.version}"


@functools.cache
def load(task: str) -> Prompt:
    """Return the prompt of a task.

    Raises:
        ValueError: the file has no version or schema, or is named otherwise than its task.
    """
    raw = (resources.files(__package__) / f"{task}.md").read_text("utf-8")
    head, _, rest = raw.removeprefix("---\n").partition("\n---\n")
    told = dict(line.split(": ", 1) for line in head.splitlines())
    text, _, block = rest.partition("```json\n")
    if told.get("task") != task or not block:
        raise ValueError(f"{task}.md is no prompt of {task}")
    return Prompt(
        task,
        int(told["version"]),
        json.loads(block.partition("```")[0]),
        text.strip(),
        hashlib.sha256(raw.encode()).hexdigest(),
    )


def tasks() -> list[str]:
    """Return the tasks that have a prompt."""
    folder = resources.files(__package__)
    return sorted(each.name.removesuffix(".md") for each in folder.iterdir() if each.name.endswith(".md"))
