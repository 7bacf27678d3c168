#!/usr/bin/env python3
"""Looks at the mark of every state in a real browser: on a page, in `img` elements at two heights, light and dark; and opened by itself.

    marks_seen.py --program SERVE_MARKS [--keep DIR]

Exits 77, which ctest shows as skipped, where no browser is installed, or none starts.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from marks_served import LANGUAGES, LIMIT, claim, of_class, run

try:
    from PIL import Image, ImageColor
except ImportError:
    Image = None

SKIPPED = 77
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PAGES = {"light": "#ffffff", "dark": "#0d1117"}
HEIGHTS = (20, 64)
MARGIN, WINDOW = 10, (2300, 850)
LEAN = 2  # units that a letter may lean out of its place
NEAR = 24  # of 255: how far a colour that a browser drew may be from the one it was told


class Browser:
    def __init__(self, program, directory):
        self.command = [program, "--hide-scrollbars", "--disable-gpu", f"--user-data-dir={directory / 'profile'}"]
        if os.geteuid() == 0:
            self.command.append("--no-sandbox")  # which root does not get
        self.directory = directory
        self.environment = dict(os.environ)

    def look(self, name, url, size, *more):
        """A screenshot; nothing where the browser took none."""
        file = self.directory / f"{name}.png"
        try:
            subprocess.run([*self.command, *more, f"--window-size={size[0]},{size[1]}", f"--screenshot={file}", url],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment,
                           timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return None
        return Image.open(file).convert("RGB") if file.exists() else None


def distance(pixel, colour):
    return max(abs(a - b) for a, b in zip(pixel, colour))


class Seen:
    """A mark that was drawn with its corner at a point of a picture; `tree` says how it should be."""

    def __init__(self, picture, corner, height, tree):
        self.picture, self.corner, self.scale, self.tree = picture, corner, height / 20, tree
        self.width = int(tree.get("width"))

    def pixels(self, box):
        """The pixels of a box that is given in the drawing's units, by column."""
        x, y = self.corner
        left, right = (round(x + n * self.scale) for n in box[0])
        top, bottom = (round(y + n * self.scale) for n in box[1])
        return {column: [self.picture.getpixel((column, row)) for row in range(top, bottom)] for column in range(left, right)}

    def colour(self, name, attribute="fill"):
        return ImageColor.getrgb(of_class(self.tree, name).get(attribute))

    def inked(self, box, ink, ground):
        """The columns of a box, from its left, in units, in which something is rather of one colour than of the other."""
        return [(column - self.corner[0]) / self.scale for column, pixels in self.pixels(box).items()
                if any(distance(pixel, ink) < distance(pixel, ground) for pixel in pixels)]

    def check(self, where):
        self.check_field(where)
        shield = self.inked(((4, 18), (2, 18)), self.colour("state-line", "stroke"), self.colour("ground"))
        claim(len(shield) >= 8 * self.scale, f"{where} has a shield")
        self.check_text(where, "label", self.colour("ground"))
        self.check_text(where, "word", self.colour("state"))

    def check_field(self, where):
        """Above the word is the colour of the state, and nothing of it in the round corner."""
        above = self.pixels(((self.width - 50, self.width - 4), (1, 3)))
        claim(all(distance(pixel, self.colour("state")) <= NEAR for pixels in above.values() for pixel in pixels),
              f"{where} has the colour of its state")
        corner = self.pixels(((self.width - 1, self.width), (0, 1)))
        claim(not any(distance(pixel, self.colour("state")) <= NEAR for pixel in next(iter(corner.values()))),
              f"{where} has round corners")

    def check_text(self, where, name, ground):
        """It fills the width that was planned for it, and no more, in whatever font this machine has."""
        text = of_class(self.tree, name)
        left, width = int(text.get("x")), int(text.get("textLength"))
        inked = self.inked(((left - 4, left + width + 4), (3, 17)), self.colour(name), ground)
        claim(inked, f"{where}: {text.text} can be read")
        claim(left - LEAN <= inked[0] and inked[-1] <= left + width + LEAN, f"{where}: {text.text} stays in its place")
        claim(inked[-1] - inked[0] >= 0.8 * width, f"{where}: {text.text} fills its place")


class Page:
    """A page of marks in `img` elements, each at a place that is known."""

    def __init__(self, theme):
        self.theme, self.images, self.places = theme, [], []

    def put(self, url, corner, height, tree, where):
        self.images.append(f'<img src="{url}" height="{height}" style="position:absolute;left:{corner[0]}px;top:{corner[1]}px">')
        self.places.append((corner, height, tree, f"{where} in a {self.theme} page, {height} pixels high,"))

    def html(self):
        return (f'<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="{self.theme}">'
                f'<body style="background:{PAGES[self.theme]}">{"".join(self.images)}')

    def check(self, picture):
        for corner, height, tree, where in self.places:
            Seen(picture, corner, height, tree).check(where)


def page_of(marks, theme):
    """A row for each state: without a theme and with it, in each language, at each height."""
    page, top = Page(theme), MARGIN
    for state in marks.paths:
        for height in HEIGHTS:
            left = MARGIN
            for language in LANGUAGES:
                tree = marks.drawing(state, lang=language, theme=theme)
                for query in (f"lang={language}", f"lang={language}&amp;theme={theme}"):
                    page.put(f"{marks.url}{marks.paths[state]}.svg?{query}", (left, top), height, tree, f"{state} ({query})")
                    left += int(tree.get("width")) * height // 20 + MARGIN
            top += height + MARGIN
    return page


def look_at_page(marks, browser, theme, name):
    page = page_of(marks, theme)
    file = browser.directory / f"{name}.html"
    file.write_text(page.html(), encoding="utf-8")
    picture = browser.look(name, file.as_uri(), WINDOW)
    claim(picture, f"the page {name} can be looked at")
    page.check(picture)


def look_at_one_by_itself(marks, browser):
    """Opened as a document it keeps to its own security policy, which lets its style be."""
    for theme, preferred in (("light", 1), ("dark", 0)):
        picture = browser.look(f"alone-{theme}", f"{marks.url}{marks.paths['certified']}.svg?lang=en", WINDOW,
                               f"--blink-settings=preferredColorScheme={preferred}")
        claim(picture, "a mark can be opened by itself")
        Seen(picture, (0, 0), 20, marks.drawing("certified", lang="en", theme=theme)).check(f"opened by itself, {theme}, it")


def look_at_page_with_one_font(marks, browser):
    """Layout holds where there is one font, with other widths and without Chinese, which becomes boxes."""
    font = subprocess.run(["fc-match", "-f", "%{file}", "monospace"], capture_output=True, text=True, check=True).stdout
    fonts = browser.directory / "fonts"
    fonts.mkdir(exist_ok=True)
    shutil.copy(font, fonts)
    settings = fonts / "fonts.conf"
    settings.write_text(f"<fontconfig><dir>{fonts}</dir><cachedir>{fonts / 'cache'}</cachedir></fontconfig>", encoding="utf-8")
    poor = Browser(browser.command[0], browser.directory)
    poor.environment["FONTCONFIG_FILE"] = str(settings)
    look_at_page(marks, poor, "light", "one-font")


def browser_in(directory):
    """A browser that starts here, or None after a word on why there is none."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if Image is None or program is None:
        print("marks_seen: skipped: " + ("python3-pil" if Image is None else "a browser, such as chromium-headless-shell,")
              + " is not installed (ops/setup --tests)")
        return None
    browser = Browser(program, directory)
    if browser.look("trial", "data:text/html,trial", (100, 100)) is None:
        print(f"marks_seen: skipped: {program} takes no screenshot here")
        return None
    return browser


def seen(marks, arguments):
    with tempfile.TemporaryDirectory(prefix="certmark-marks-") as scratch:
        directory = pathlib.Path(arguments.keep or scratch).absolute()
        browser = browser_in(directory)
        if browser is None:
            return SKIPPED
        for theme in PAGES:
            look_at_page(marks, browser, theme, theme)
        look_at_page_with_one_font(marks, browser)
        look_at_one_by_itself(marks, browser)
    print(f"marks_seen: {browser.command[0]} draws every mark in its colours, at {' and '.join(map(str, HEIGHTS))} pixels, light and dark")
    return 0


if __name__ == "__main__":
    sys.exit(run(seen, [("--keep", "where to leave the screenshots, a directory that is there")]))
