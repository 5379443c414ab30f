import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { showTextFacts } from "./text_facts";

/** What a language model wrote about a record: plain text in a box of its own, marked as not a person's. */
export class TextsField extends Component {
    static template = "ai_close.TextsField";
    static props = { ...standardFieldProps };

    setup() {
        this.dialog = useService("dialog");
    }

    get texts() {
        const value = this.props.record.data[this.props.name];
        return Array.isArray(value) ? value : [];
    }

    showFacts(text) {
        showTextFacts(this.dialog, text.id);
    }
}

registry.category("fields").add("ai_close_texts", {
    component: TextsField,
    displayName: _t("Texts of a language model"),
    supportedTypes: ["json"],
});
