import { Component, onMounted, onWillUnmount, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EVERY_MS = 2000;
const AT_WORK = ["waiting", "running"];

/** The progress bar of a batch; while the batch works, its record is read again every two seconds. */
export class BatchProgressField extends Component {
    static template = xml`
        <div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100"
             t-att-aria-valuenow="percent" t-att-aria-label="label">
            <div class="progress-bar" t-attf-style="width: {{percent}}%"/>
        </div>
        <div class="small text-muted" aria-live="polite" t-out="label"/>`;
    static props = { ...standardFieldProps };

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.look(), EVERY_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get percent() {
        return Math.floor(this.props.record.data[this.props.name] || 0);
    }

    get label() {
        const { done_count: done, failed_count: failed, total } = this.props.record.data;
        return _t("%(done)s of %(total)s accepted, %(failed)s not", { done, total, failed });
    }

    async look() {
        if (AT_WORK.includes(this.props.record.data.state) && !this.looking) {
            this.looking = true;
            try {
                await this.props.record.load();
            } finally {
                this.looking = false;
            }
        }
    }
}

registry.category("fields").add("ai_close_batch_progress", {
    component: BatchProgressField,
    supportedTypes: ["float", "integer"],
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "done_count", type: "integer" },
        { name: "failed_count", type: "integer" },
        { name: "total", type: "integer" },
    ],
});
