import { _t } from "@web/core/l10n/translation";
import { useCommand } from "@web/core/commands/command_hook";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";

const PAGE = 15;

/**
 * Bare letters, only while the focus is in the review (WCAG 2.1.4) and while they are switched on. Enter and
 * Space belong to the button that has the focus.
 */
export function useReviewKeys(review, root) {
    const { state } = review;
    const area = () => root.el;
    const onButton = (target) => Boolean(target?.closest?.("button, a, select, summary"));
    const free = (target) => state.keys && !state.search && !(target instanceof HTMLSelectElement);
    const letters = {
        a: () => review.accept(),
        r: () => review.askReason(),
        s: () => review.skip(),
        u: () => review.undo(),
        p: () => review.again(),
        e: () => review.pick(),
        d: () => review.openDocument(),
        h: () => review.help(),
    };
    for (const [key, callback] of Object.entries(letters)) {
        useHotkey(key, callback, { area, isAvailable: (target) => free(target) && !state.reasons });
    }
    for (const digit of [1, 2, 3, 4, 5]) {
        useHotkey(String(digit), () => review.digit(digit), { area, isAvailable: free });
    }
    const moves = {
        j: () => review.move(1),
        k: () => review.move(-1),
        arrowdown: () => review.move(1),
        arrowup: () => review.move(-1),
        pagedown: () => review.move(PAGE),
        pageup: () => review.move(-PAGE),
        home: () => review.show(0),
        end: () => review.show(review.rows.length - 1),
    };
    for (const [key, callback] of Object.entries(moves)) {
        // Arrows are no letters: they stay when the letters are off.
        const isAvailable = (target) =>
            !state.search && !(target instanceof HTMLSelectElement) && (key.length > 1 || state.keys);
        useHotkey(key, callback, { area, allowRepeat: true, isAvailable });
    }
    useHotkey("space", () => review.toggle(), { area, isAvailable: (target) => free(target) && !onButton(target) });
    useHotkey("escape", () => review.leave(), {
        area,
        isAvailable: () => state.reasons || state.search || review.selected.size > 0 || state.opened,
    });
    const options = { category: "smart_action" };
    useCommand(_t("Accept the match"), () => review.accept(), options);
    useCommand(_t("Match another item"), () => review.pick(), options);
    useCommand(_t("Undo the match"), () => review.undo(), options);
    useCommand(_t("Propose the match again"), () => review.again(), options);
    useCommand(_t("Keys of the match review"), () => review.help(), options);
}
