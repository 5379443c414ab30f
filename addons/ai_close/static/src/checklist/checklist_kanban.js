import { formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { KanbanHeader } from "@web/views/kanban/kanban_header";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

const DONE = ["signed", "not_applicable"];

/** The head of a due day: its date, and how many of its tasks are done. */
export class ChecklistHeader extends KanbanHeader {
    static template = "ai_close.ChecklistHeader";

    /** The date, when all tasks of this column share it: other periods have other dates. */
    get date() {
        if (this.group.groupByField.name !== "due_bucket") {
            return "";
        }
        const days = this.group.list.records.map((record) => record.data.date_due);
        const [first] = days;
        const same = first && days.every((day) => day && day.equals(first));
        return same ? `${first.toFormat("ccc")} ${formatDate(first)}` : "";
    }

    get done() {
        const bars = this.progressBar ? this.progressBar.bars : [];
        return bars.filter((bar) => DONE.includes(bar.value)).reduce((sum, bar) => sum + bar.count, 0);
    }
}

export class ChecklistRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, KanbanHeader: ChecklistHeader };
}

registry.category("views").add("ai_close_checklist", { ...kanbanView, Renderer: ChecklistRenderer });
