import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { Component, useState } from "@odoo/owl";

import { KEYS } from "./words";

const STORED = "ai_close.match_review.keys";

/** Whether bare letters work on this browser: some people dictate, or type with a device that slips. */
export function keysOn() {
    return browser.localStorage.getItem(STORED) !== "off";
}

export class HelpDialog extends Component {
    static template = "ai_close.MatchHelp";
    static components = { Dialog };
    static props = { close: Function, onKeys: Function };

    setup() {
        this.keys = KEYS;
        this.state = useState({ on: keysOn() });
    }

    toggle(ev) {
        this.state.on = ev.target.checked;
        browser.localStorage.setItem(STORED, this.state.on ? "on" : "off");
        this.props.onKeys(this.state.on);
    }
}
