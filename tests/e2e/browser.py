"""A person at a screen: a real browser, logged in, that complains about console errors and takes pictures."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tools import browser as chromium

ROOT = Path(__file__).resolve().parents[2]
WAIT_MS = 60_000
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


def picture_folder() -> Path:
    """Return where pictures go: `AI_CLOSE_PICTURES`, else a folder that is not committed."""
    folder = Path(os.environ.get("AI_CLOSE_PICTURES") or ROOT / "var" / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser that this machine has, headless."""
    with sync_playwright() as play:
        # A container's root may not use Chromium's own sandbox; its pages come from this machine only.
        running = play.chromium.launch(
            executable_path=str(chromium.ensure()),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
            ],
        )
        try:
            yield running
        finally:
            running.close()


class Person:
    """One user in a browser context of his own."""

    def __init__(self, running: Browser, books, login: str, *, by_form: bool = False) -> None:
        """Log in, at the form or by what it sends; after the form the page shows Odoo's web client.

        `books` tells the address, the database and the passwords. Whoever skips the form goes to a page of
        his own choice at once: a web client less to load.
        """
        self.url = books.url
        self.login = login
        self.complaints: list[str] = []
        self.context: BrowserContext = running.new_context(
            viewport=DESK, locale="en-US", timezone_id="UTC", reduced_motion="reduce"
        )
        self.context.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        enter = self._fill_the_form if by_form else self._send_the_form
        enter(f"{self.url}/web/login?db={books.database}", books.logins[login])

    def _fill_the_form(self, address: str, password: str) -> None:
        self.page.goto(address)
        self.page.fill("input[name=login]", self.login)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def _send_the_form(self, address: str, password: str) -> None:
        shown = self.context.request.get(address).text()
        token = re.search(r'name="csrf_token" value="(\w+)"', shown)[1]
        filled = {"csrf_token": token, "login": self.login, "password": password}
        answer = self.context.request.post(f"{self.url}/web/login", form=filled, max_redirects=0)
        assert answer.status == 303, f"{self.login} can't log in: {answer.status} {answer.status_text}"

    def _listen(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def go(self, path: str) -> None:
        """Open one of the app's addresses and wait until the web client shows an action."""
        self.page.goto(f"{self.url}/odoo/{path}")
        self.page.wait_for_selector(".o_action_manager .o_content")

    def menu(self, name: str, entry: str = "") -> None:
        """Click an entry of the app's top menu, and one of those that it opens."""
        self.page.locator(".o_menu_sections").get_by_text(name, exact=True).first.click()
        if entry:
            self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def fill(self, field: str, value: str) -> None:
        """Type into a field of the form and leave it; a date shows a button until it is clicked."""
        place = self.page.locator(f".o_form_view div[name={field}]").first
        if place.locator("button.o_datetime_button, button.o_field_date").count():
            place.locator("button").first.click()
        box = place.locator("input, textarea").first
        box.fill(value)
        box.press("Tab")

    def choose(self, field: str, text: str) -> None:
        """Choose a record by its name in a field of the form."""
        self.page.locator(f".o_form_view div[name={field}] input").first.fill(text)
        self.page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()

    def refused(self, words: str) -> None:
        """Wait until the server's refusal says these words, and close it."""
        expect(self.page.locator(".modal-body, .o_notification").first).to_contain_text(words)
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".modal")).to_have_count(0)

    def press(self, name: str) -> None:
        """Click the button that says exactly this."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def confirm(self) -> None:
        """Say yes in Odoo's dialog."""
        self.page.locator(".modal footer button.btn-primary").first.click()
        expect(self.page.locator(".modal")).to_have_count(0)

    def give_reason(self, text: str) -> None:
        """Fill the reason dialog and send it."""
        self.page.locator(".modal [name=reason] textarea, .modal [name=reason] input").first.fill(text)
        self.press("Give reason")
        expect(self.page.locator(".modal")).to_have_count(0)

    def state(self, label: str) -> None:
        """Wait until the form's statusbar stands on this state."""
        current = self.page.locator(".o_statusbar_status button[aria-current=step]")
        expect(current.first).to_have_text(re.compile(rf"^\s*{re.escape(label)}\s*$"))

    def picture(self, name: str, *, phone: bool = False) -> None:
        """Take a picture of what is on the screen, on a desk's or a phone's format."""
        if phone:
            self.page.set_viewport_size(PHONE)
            self.page.wait_for_function("() => window.innerWidth === 390")
        expect(self.page.locator(".o_loading_indicator")).to_have_count(0)
        self.page.evaluate("() => document.fonts.ready.then(() => true)")
        self.page.screenshot(path=str(picture_folder() / f"{name}.png"), animations="disabled")
        if phone:
            self.page.set_viewport_size(DESK)

    def to_top(self, part: str = ".o_content") -> None:
        """Scroll a part of the screen, and whatever in it scrolls, back to where a reader begins."""
        self.page.wait_for_function(
            """(part) => {
                const all = [...document.querySelectorAll(`${part}, ${part} *`)];
                const moved = all.filter((el) => el.scrollTop);
                moved.forEach((el) => el.scrollTo({ top: 0, behavior: "instant" }));
                return !moved.length;
            }""",
            arg=part,
        )

    def close(self) -> None:
        """Leave, and fail if the console was not clean."""
        self.context.close()
        assert not self.complaints, f"{self.login}'s console: {self.complaints}"
