"""Two ways to use a page: with the mouse, and with the keyboard alone. A test may be done with either."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from browser_steps import tab_to

MOST_STEPS = 120  # of a slider or a list
_REACHED = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]"


class Hand(Protocol):
    """How somebody presses, ticks, writes, chooses and slides."""

    page: Page

    def press(self, target: Locator) -> None: ...
    def tick(self, box: Locator) -> None: ...
    def write(self, field: Locator, text: str) -> None: ...
    def choose(self, field: Locator, value: str) -> None: ...
    def slide(self, field: Locator, value: int) -> None: ...
    def pick(self, name: str) -> None: ...


class Mouse:
    """Points and clicks; only letters come from the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def write(self, field: Locator, text: str) -> None:
        field.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)

    def slide(self, field: Locator, value: int) -> None:
        """Click where the value lies, then pull the knob until it is there; a pixel may stand for several values."""
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        least, most = (float(field.get_attribute(name)) for name in ("min", "max"))
        x = box["x"] + 8 + (box["width"] - 16) * (value - least) / (most - least)
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for _ in range(MOST_STEPS):
            off = value - float(field.input_value())
            if not off:
                break
            x += 0.5 if off > 0 else -0.5
            self.page.mouse.move(x, y)
        self.page.mouse.up()
        expect(field).to_have_value(str(value))

    def pick(self, name: str) -> None:
        """Choose from a list that has opened."""
        self.page.get_by_role("option", name=name, exact=True).click()


class Keys:
    """Tab, arrows, Space, Enter and letters; nothing else, and no focus set by a script.

    Whoever works so goes backwards where that is shorter: the address bar lies between end and beginning of a page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def _go(self, target: Locator) -> None:
        """Tab to the element, the shorter way round from where the focus is."""
        expect(target).to_be_visible()
        if self.page.evaluate("document.activeElement === document.body"):
            self.page.keyboard.press("Tab")  # a page that was swapped or printed knows where it was, but does not say
        steps = target.evaluate(
            """(target, reached) => {
                const all = [...document.querySelectorAll(reached)]
                    .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
                return all.indexOf(target) - all.indexOf(document.activeElement);
            }""",
            _REACHED,
        )
        if steps:
            tab_to(self.page, target, most=MOST_STEPS, back=steps < 0 or steps > MOST_STEPS)

    def press(self, target: Locator) -> None:
        self._go(target)
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        self._go(box)
        self.page.keyboard.press("Space")

    def write(self, field: Locator, text: str) -> None:
        self._go(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        self._go(field)
        self.page.keyboard.press("Home")
        for _ in range(MOST_STEPS):
            if field.input_value() == value:
                break
            self.page.keyboard.press("ArrowDown")
        expect(field).to_have_value(value)

    def slide(self, field: Locator, value: int) -> None:
        self._go(field)
        for _ in range(MOST_STEPS):
            off = value - float(field.input_value())
            if not off:
                break
            self.page.keyboard.press("ArrowRight" if off > 0 else "ArrowLeft")
        expect(field).to_have_value(str(value))

    def pick(self, name: str) -> None:
        expect(self.page.get_by_role("option", name=name, exact=True)).to_be_visible()
        options = self.page.get_by_role("option")
        at = [text.strip() for text in options.all_inner_texts()].index(name)
        self._go(self.page.get_by_role("combobox").last)
        for each in range(at + 1):
            self.page.keyboard.press("ArrowDown")
            expect(options.nth(each)).to_have_attribute("aria-selected", "true")
        self.page.keyboard.press("Enter")
