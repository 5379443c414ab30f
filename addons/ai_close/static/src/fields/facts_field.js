import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

function plainText(value) {
    if (value === null || value === undefined || value === "") {
        return _t("no data");
    }
    if (typeof value === "boolean") {
        return value ? _t("yes") : _t("no");
    }
    if (Array.isArray(value)) {
        return value.map(plainText).join(", ");
    }
    if (typeof value === "object") {
        return Object.entries(value).map(([key, item]) => `${key} ${plainText(item)}`).join(", ");
    }
    return String(value);
}

function wordsOf(name) {
    return name.replaceAll("_", " ");
}

/** A list of alike objects is a table of its own. */
function table(rows) {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== "id");
    return {
        columns: names.map((name) => ({ name, label: wordsOf(name) })),
        rows: rows.map((row) => names.map((name) => (name in row ? plainText(row[name]) : ""))),
    };
}

/** Flatten nested objects to one row a fact: `rules › GR › enabled`. */
function flatten(value, path) {
    if (Array.isArray(value)) {
        const objects = value.length && value.every((item) => item && typeof item === "object" && !Array.isArray(item));
        return [objects ? { path, table: table(value) } : { path, text: value.length ? plainText(value) : _t("none") }];
    }
    if (value && typeof value === "object") {
        const entries = Object.entries(value);
        return entries.length ? entries.flatMap(([key, item]) => flatten(item, [...path, key]))
            : [{ path, text: _t("none") }];
    }
    return [{ path, text: plainText(value) }];
}

/** Plain facts (evidence, counters, parameters, a change of an audit event) as a table instead of JSON. */
export class FactsField extends Component {
    static template = "ai_close.FactsField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get facts() {
        let value = this.value;
        if (typeof value === "string") {
            try {
                value = JSON.parse(value);
            } catch {
                return [{ key: "0", label: "", text: value }];
            }
        }
        if (!value || (typeof value === "object" && !Object.keys(value).length)) {
            return [];
        }
        return flatten(value, []).map((fact, index) => ({
            key: String(index),
            label: fact.path.map(wordsOf).join(" › "),
            text: fact.text,
            table: fact.table,
        }));
    }
}

registry.category("fields").add("ai_close_facts", {
    component: FactsField,
    displayName: _t("Facts"),
    supportedTypes: ["json", "text", "char"],
});
