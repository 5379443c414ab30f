import { _t } from "@web/core/l10n/translation";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/** Odoo's dialog of a form, to read: it has nothing to save. */
class FactsDialog extends FormViewDialog {
    setup() {
        super.setup();
        this.viewProps.buttonTemplate = "web.FormView.Buttons";
    }
}

/** Show what a text of a language model rests on, over whatever is open: an action would close a dialog below. */
export function showTextFacts(dialog, id, onClose) {
    dialog.add(
        FactsDialog,
        {
            resModel: "ai.close.text", resId: id, title: _t("Facts"), canExpand: false, readonly: true, preventCreate: true,
            preventEdit: true,
        },
        { onClose },
    );
}
