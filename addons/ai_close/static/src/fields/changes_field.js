import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { momentText } from "../core/words";

/** List what differs between two payloads: `line 2 balance: 18,000.00 -> 18,200.00`. */
export function differences(before, after, path = []) {
    if (before && after && typeof before === "object" && typeof after === "object") {
        const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
        return [...keys].flatMap((key) => {
            const step = Array.isArray(after) ? String(Number(key) + 1) : key.replaceAll("_", " ");
            return differences(before[key], after[key], [...path, step]);
        });
    }
    if (before === after) {
        return [];
    }
    const text = (value) => (value === null || value === undefined || value === "" ? _t("nothing")
        : typeof value === "object" ? Object.values(value).join(", ") : String(value));
    return [{ what: path.join(" "), before: text(before), after: text(after) }];
}

/** The edits of a staged entry: who changed what, when and why. */
export class ChangesField extends Component {
    static template = "ai_close.ChangesField";
    static props = { ...standardFieldProps };

    get changes() {
        const value = this.props.record.data[this.props.name];
        return (Array.isArray(value) ? value : []).map((change) => ({
            ...change,
            // Stored as 2026-11-02T09:12:04.123456Z
            moment: momentText((change.at || "").slice(0, 19).replace("T", " ")),
            parts: differences(change.before, change.after),
        }));
    }
}

registry.category("fields").add("ai_close_changes", {
    component: ChangesField,
    displayName: _t("Changes"),
    supportedTypes: ["json"],
});
