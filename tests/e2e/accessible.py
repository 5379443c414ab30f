"""What a person who hears a page, or sees it badly, needs of it: looked at in the page itself."""

from pathlib import Path

from playwright.sync_api import Page

# Where the focus goes in the review, in this order.
REVIEW = {
    "head": ".o_ai_close_match_head",
    "lines": ".o_ai_close_match_list",
    "proposal": ".o_ai_close_match_right",
    "steps": ".o_ai_close_match_bar",
}

_CHECK = Path(__file__).with_suffix(".js").read_text()

_ZONE = """
(zones) => Object.keys(zones).find((name) => document.activeElement.closest(zones[name])) || ''
"""


def check(page: Page, selector: str) -> None:
    """Fail with what is wrong in the part of the page that `selector` names."""
    wrong = page.evaluate(_CHECK, selector)
    assert not wrong, "\n".join(wrong)


def zones(page: Page, first: str, known: dict[str, str]) -> list[str]:
    """Return the parts of the page that the Tab key visits from `first` on, each time it enters one."""
    page.locator(first).focus()
    visited: list[str] = []
    for _step in range(60):
        zone = page.evaluate(_ZONE, known)
        if not zone:
            break
        if not visited or visited[-1] != zone:
            visited.append(zone)
        page.keyboard.press("Tab")
    return visited
