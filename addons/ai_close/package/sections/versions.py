"""Versions: which policy held, which program, rules and matcher proposed, and which language model wrote."""

from decimal import Decimal

from ...kernel.money import exact, fmt
from .. import shape


def collect(source):
    """Return the section."""
    env = source.env
    return shape.section(
        "versions",
        env._("Versions"),
        tables=[_policies(source), _runs(source), _matchers(source), _languages(source)],
    )


def _policies(source):
    """Return the versions that held from the first day of the period until its lock."""
    env = source.env
    policies = env["ai.close.policy"].search(
        [
            ("company_id", "in", source.company.parent_ids.ids),
            ("state", "in", ("approved", "in_force", "replaced")),
        ],
        order="company_id, version",
    )
    used = source.close.run_ids.policy_id | source.close.entry_ids.signed_policy_id
    last = str(source.book_moment)[:10]
    begun = policies.filtered(lambda policy: not policy.valid_from or str(policy.valid_from) <= last)
    # of those that began before the period only the last one still held in it
    before = begun.filtered(
        lambda policy: not policy.valid_from or policy.valid_from <= source.close.period_start
    )
    shown = (begun - before) | before[-1:] | (policies & used)
    return shape.table(
        env._("Policy"),
        [
            shape.column(env._("Company")),
            shape.column(env._("Version"), shape.COUNT),
            shape.column(env._("Valid from"), shape.DATE),
            shape.column(env._("Proposed by")),
            shape.column(env._("Approved by")),
            shape.column(env._("Why")),
            shape.column(env._("Proof code")),
        ],
        [
            [
                policy.company_id.name,
                policy.version,
                source.day(policy.valid_from),
                source.who(policy.proposed_by_id),
                source.signed(policy.approved_by_id, policy.approved_at),
                policy.reason or "",
                policy.digest or "",
            ]
            for policy in shown.sorted(lambda policy: (policy.company_id.id, policy.version))
        ],
        empty=env._("No policy held: no data."),
    )


def _runs(source):
    env = source.env
    runs = source.close.run_ids.filtered(lambda run: run.state in ("done", "failed", "expired")).sorted("id")
    return shape.table(
        env._("Runs of the agent"),
        [
            shape.column(env._("Run")),
            shape.column(env._("State")),
            shape.column(env._("Started")),
            shape.column(env._("Ended")),
            shape.column(env._("Program")),
            shape.column(env._("Rules")),
            shape.column(env._("Not judged")),
        ],
        [
            [
                run.display_name,
                source.label(run, "state"),
                source.moment(run.date_start),
                source.moment(run.date_end),
                run.agent_version or "",
                (run.rules_digest or "")[:16],
                ", ".join(
                    sorted({str(each.get("code") or each.get("scope") or "?") for each in run.failures or ()})
                ),
            ]
            for run in runs
        ],
        empty=env._("The agent did not run for this period."),
    )


def _matchers(source):
    env = source.env
    groups = env["ai.close.match"]._read_group([("close_id", "=", source.close.id)], ["model"])
    marks = {mark for (mark,) in groups if mark}
    versions = env["ai.close.matcher"].search(
        [("company_id", "=", source.company.id), ("state", "in", ("in_force", "replaced"))], order="version"
    )
    return shape.table(
        env._("Matcher"),
        [
            shape.column(env._("Version"), shape.COUNT),
            shape.column(env._("State")),
            shape.column(env._("Learned until"), shape.DATE),
            shape.column(env._("Proof code")),
        ],
        [
            [each.version, source.label(each, "state"), source.day(each.trained_to), each.digest or ""]
            for each in versions.filtered(lambda each: each.mark in marks)
        ],
        empty=env._("As delivered: nothing was learned that took part in this period."),
    )


def _languages(source):
    """Return the models and prompts that could be asked, what they cost, and how many texts stand."""
    env = source.env
    runs = source.close.run_ids.filtered("language_id")
    texts = env["ai.close.text"].search([("close_id", "=", source.close.id), ("active", "=", True)])
    return shape.table(
        env._("Language model"),
        [
            shape.column(env._("Version"), shape.COUNT),
            shape.column(env._("Language model")),
            shape.column(env._("Prompts")),
            shape.column(env._("Runs"), shape.COUNT),
            shape.column(env._("Cost")),
            shape.column(env._("Texts"), shape.COUNT),
            shape.column(env._("Taken into use by")),
            shape.column(env._("Proof code")),
        ],
        [
            [
                language.version,
                language.model,
                ", ".join(f"{task}@{each['version']}" for task, each in sorted(language.prompts.items())),
                len(mine := runs.filtered(lambda run, language=language: run.language_id == language)),
                f"{fmt(sum((exact(run.cost) for run in mine), Decimal()), 6)} {language.currency or ''}",
                len(texts.filtered(lambda text, language=language: text.language_id == language)),
                source.signed(language.approved_by_id, language.approved_at),
                language.digest,
            ]
            for language in runs.language_id.sorted("version")
        ],
        empty=env._("None: all texts are templates or were written by people."),
        note=env._(
            "A text of a model is marked so and decides nothing; what it was told stands in the trail."
        ),
    )
