import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** A list of alike facts (failures of a run, other candidates of a match) as a table. */
export class TableField extends Component {
    static template = "ai_close.TableField";
    static props = { ...standardFieldProps };

    get rows() {
        const value = this.props.record.data[this.props.name];
        return (Array.isArray(value) ? value : []).map((row) =>
            typeof row === "object" && row !== null ? row : { "": row }
        );
    }

    get columns() {
        const names = new Set(this.rows.flatMap((row) => Object.keys(row)));
        return [...names].map((name) => ({ name, label: name.replaceAll("_", " ") }));
    }

    cellText(value) {
        if (Array.isArray(value)) {
            return value.map((item) => this.cellText(item)).join("; ");
        }
        if (value && typeof value === "object") {
            return value.label || Object.entries(value).map(([key, item]) => `${key} ${item}`).join(", ");
        }
        return value === null || value === undefined ? "" : String(value);
    }
}

registry.category("fields").add("ai_close_table", {
    component: TableField,
    displayName: _t("Table"),
    supportedTypes: ["json"],
});
