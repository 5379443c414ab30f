import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** What is still open at a lock, by name: where it is, and whether somebody said why it may stay open. */
export class OpenRowsField extends Component {
    static template = "ai_close.OpenRowsField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    open(row) {
        return this.action.doAction(row.action);
    }
}

registry.category("fields").add("ai_close_open_rows", {
    component: OpenRowsField,
    displayName: _t("Open at the lock"),
    supportedTypes: ["json"],
});
