/** What the review screen calls its steps, states and reasons. */
import { _t } from "@web/core/l10n/translation";

export const TABS = [
    { name: "look", label: _t("To look at") },
    { name: "auto", label: _t("Sure") },
    { name: "done", label: _t("Done") },
];

export const ORDERS = [
    { name: "date", label: _t("By date") },
    { name: "amount", label: _t("Largest first") },
    { name: "confidence", label: _t("Least sure first") },
];

export const MARKS = {
    accepting: { label: _t("Accepting..."), badge: "text-bg-300" },
    rejecting: { label: _t("Rejecting..."), badge: "text-bg-300" },
    undoing: { label: _t("Undoing..."), badge: "text-bg-300" },
    again: { label: _t("Proposing..."), badge: "text-bg-300" },
    taking: { label: _t("Matching..."), badge: "text-bg-300" },
    failed: { label: _t("Not done"), badge: "text-bg-danger", icon: "fa-times-circle" },
    accepted: { label: _t("Accepted"), badge: "text-bg-200", icon: "fa-check" },
    rejected: { label: _t("Rejected"), badge: "text-bg-200", icon: "fa-ban" },
    undone: { label: _t("Undone"), badge: "text-bg-200", icon: "fa-undo" },
    superseded: { label: _t("Superseded"), badge: "text-bg-200", icon: "fa-forward" },
};

// What is said here teaches the matcher, so the sentences are few and plain; the fifth is the person's own.
export const REASONS = [
    { text: "Another document is paid", label: _t("Another document is paid") },
    { text: "Another partner paid", label: _t("Another partner paid") },
    { text: "The amount or the write-off is wrong", label: _t("The amount or the write-off is wrong") },
    { text: "Settled or booked elsewhere", label: _t("Settled or booked elsewhere") },
    { text: "", label: _t("Another reason...") },
];

export const KEYS = [
    ["J K ↓ ↑", _t("next line, line before")],
    ["Home End", _t("first line, last line")],
    ["A", _t("accept; with lines selected, accept these")],
    ["R, then 1-5", _t("reject, with the reason")],
    ["1 2 3", _t("take an alternative")],
    ["E", _t("search another item by number, partner or amount")],
    ["S", _t("skip: the next line that waits")],
    ["U", _t("undo what was accepted")],
    ["P", _t("propose again what was rejected or undone")],
    ["D", _t("open the document")],
    ["Space", _t("select the line")],
    ["Esc", _t("leave the search or the reasons")],
    ["H", _t("this help")],
];
