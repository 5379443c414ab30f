import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** Flatten nested objects to one row a fact: `rules › GR › enabled`. */
function flatten(value, path) {
    if (value === null || value === undefined || value === "") {
        return [{ path, text: _t("no data") }];
    }
    if (Array.isArray(value)) {
        if (value.every((item) => typeof item !== "object" || item === null)) {
            return [{ path, text: value.length ? value.join(", ") : _t("none") }];
        }
        return value.flatMap((item, index) => flatten(item, [...path, String(index + 1)]));
    }
    if (typeof value === "object") {
        const entries = Object.entries(value);
        return entries.length ? entries.flatMap(([key, item]) => flatten(item, [...path, key]))
            : [{ path, text: _t("none") }];
    }
    if (typeof value === "boolean") {
        return [{ path, text: value ? _t("yes") : _t("no") }];
    }
    return [{ path, text: String(value) }];
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
            label: fact.path.map((part) => part.replaceAll("_", " ")).join(" › "),
            text: fact.text,
        }));
    }
}

registry.category("fields").add("ai_close_facts", {
    component: FactsField,
    displayName: _t("Facts"),
    supportedTypes: ["json", "text", "char"],
});
