import { Component } from "@odoo/owl";

/** How "73 % ready" is counted. */
export class ReadinessPopover extends Component {
    static template = "ai_close.ReadinessPopover";
    static props = { close: { type: Function }, formula: { type: String }, pct: { type: Number } };
}
