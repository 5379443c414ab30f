import { _t } from "@web/core/l10n/translation";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/** Show what a text of a language model rests on, over whatever is open: an action would close a dialog below. */
export function showTextFacts(dialog, id, onClose) {
    dialog.add(
        FormViewDialog,
        { resModel: "ai.close.text", resId: id, title: _t("Facts"), canExpand: false, readonly: true, preventCreate: true, preventEdit: true },
        { onClose },
    );
}
