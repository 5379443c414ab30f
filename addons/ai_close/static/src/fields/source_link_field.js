import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { recordUrl } from "../core/words";

/** A label that opens the record whose model and id stand in two other fields, both in the view too. */
export class SourceLinkField extends Component {
    static template = "ai_close.SourceLinkField";
    static props = { ...standardFieldProps, modelField: { type: String }, idField: { type: String } };

    setup() {
        this.action = useService("action");
    }

    get target() {
        const { data } = this.props.record;
        const value = data[this.props.idField];
        // A many2one reference comes with its name around the id.
        const id = value && typeof value === "object" ? value.resId || value.id : value;
        return { model: data[this.props.modelField], id, label: data[this.props.name] };
    }

    get url() {
        return recordUrl(this.target.model, this.target.id);
    }

    open(ev) {
        ev.stopPropagation();
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            return;
        }
        ev.preventDefault();
        const { model, id, label } = this.target;
        this.action.doAction({
            type: "ir.actions.act_window", name: label || model, res_model: model, res_id: id, views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("ai_close_source_link", {
    component: SourceLinkField,
    displayName: _t("Link to a record"),
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({ modelField: options.model_field, idField: options.id_field }),
});
