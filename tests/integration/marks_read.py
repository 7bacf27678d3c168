#!/usr/bin/env python3
"""Reads the mark of every state, in each language and theme, as a stranger would: with an XML parser and a JSON parser that are not ours.

    marks_read.py --program SERVE_MARKS
"""
import base64
import hashlib
import json
import sys
import xml.etree.ElementTree as ET

from marks_served import LANGUAGES, SVG, claim, of_class, run

THEMES = (None, "light", "dark")
WORDS = {"certified": ("Certified", "已认证"), "suspended": ("Suspended", "已暂停"), "revoked": ("Revoked", "已撤销"),
         "ended": ("Ended", "已终止"), "not-certified": ("Not certified", "未认证"), "several": ("Several", "有多项"),
         "unknown": ("Unknown", "未知")}
ELEMENTS = {"svg", "title", "desc", "style", "a", "g", "rect", "path", "text"}
NAME = '<Example> & "名"'  # what the apps of serve_marks are called

WRONG = ["/badge/android/%zz.svg", "/badge/android/%00.svg?lang=zh", "/badge/android/a%2Fb.svg", "/badge/android/a%20b.svg",
         "/badge/android/..%2f..%2fkeys.svg", "/badge/windows/org.example.svg", "/badge/org.example.svg", "/badge/.svg",
         "/badge/android/.svg", "/badge/a/b/c/d.svg", "/badge/android/" + "a" * 300 + ".svg", "/badge/android/%F0%9F.svg",
         "/badge/android/org.example.svg?lang=fr", "/badge/android/org.example.svg?theme=", "/badge/android/org.example.svg?v=1",
         "/badge/android/org.example.svg?signer=AA:BB", "/badge/android/org.example.svg?lang=en&lang=zh"]


def targets(marks):
    for state, path in marks.paths.items():
        for language in LANGUAGES:
            for theme in THEMES:
                yield state, language, theme, f"{path}.svg?lang={language}" + (f"&theme={theme}" if theme else "")


def check_headers(headers, tree, where):
    claim(headers["Content-Type"] == "image/svg+xml; charset=utf-8", f"{where} is an image")
    claim(headers["X-Content-Type-Options"] == "nosniff", f"{where} is nothing else")
    claim(headers["Access-Control-Allow-Origin"] == "*", f"{where} may be read by any page")
    policy = headers["Content-Security-Policy"].split("; ")
    claim("default-src 'none'" in policy, f"{where} may load nothing")
    styles = [each.text for each in tree.iter(SVG + "style")]
    allowed = [each for each in policy if each.startswith("style-src ")]
    digests = ["'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() + "'" for style in styles]
    claim(allowed == [f"style-src {digest}" for digest in digests], f"{where} has the one style that it may have")


def check_harmless(tree, where):
    """No script, no handler, nothing from elsewhere; one link at most, into the register."""
    for element in tree.iter():
        claim(element.tag.removeprefix(SVG) in ELEMENTS, f"{where} has no {element.tag}")
        for name, value in element.attrib.items():
            claim(not name.lower().startswith("on") and "url(" not in value, f"{where} has no {name}={value}")
            if name.endswith("href"):
                claim(element.tag == SVG + "a" and value.startswith("https://ca.example/v1/"), f"{where} links to {value}")
    claim(all("url(" not in (each.text or "") and "@import" not in (each.text or "") for each in tree.iter(SVG + "style")),
          f"{where} has a style that needs nothing")


def check_spoken(tree, where):
    """Whoever hears it is told its name and more: the ids lead somewhere."""
    image = next(each for each in tree.iter() if each.get("role") == "img")
    said = {each.get("id"): each for each in tree.iter() if each.get("id")}
    claim(said[image.get("aria-labelledby")].tag == SVG + "title", f"{where} is named by its title")
    claim(said[image.get("aria-describedby")].tag == SVG + "desc", f"{where} is described by its description")
    claim(all(each.text for each in said.values()), f"{where} has something to say")


def check_size(tree, where):
    """It scales, and each text has a width of its own, inside of it."""
    left, top, width, height = map(int, tree.get("viewBox").split())
    claim((left, top, height) == (0, 0, 20), f"{where} is 20 units high")
    claim((tree.get("width"), tree.get("height")) == (str(width), "20"), f"{where} has its own size")
    for text in tree.iter(SVG + "text"):
        end = int(text.get("x")) + int(text.get("textLength"))
        claim(end < width and text.get("lengthAdjust") == "spacingAndGlyphs", f"{where}: {text.text} has room")
    return width


def check_drawings(marks):
    widths = {language: set() for language in LANGUAGES}
    for state, language, theme, target in targets(marks):
        status, headers, body = marks.ask(target)
        claim(status == 200, f"{target} is answered")
        tree = ET.fromstring(body)
        check_headers(headers, tree, target)
        check_harmless(tree, target)
        check_spoken(tree, target)
        widths[language].add(check_size(tree, target))
        claim(bool(list(tree.iter(SVG + "style"))) == (theme is None), f"{target} changes with the reader's theme or not")
        claim(of_class(tree, "word").text == WORDS[state][LANGUAGES.index(language)], f"{target} says {state}")
        if state in ("certified", "suspended", "revoked", "ended"):
            claim(NAME in tree.find(SVG + "title").text, f"{target} names the app, in whatever characters")
        cached = "no-store" if state == "unknown" else "public, max-age=60, must-revalidate"
        claim(headers["Cache-Control"] == cached, f"{target} may be kept: {cached}")
    claim(all(len(each) == 1 for each in widths.values()), "a mark keeps its size, whatever its state")


def check_wrong_addresses(marks):
    for target in WRONG:
        status, headers, body = marks.ask(target, Accept_Language="zh-CN")
        claim(status == 200, f"{target} is answered")
        tree = ET.fromstring(body)
        check_headers(headers, tree, target)
        claim(of_class(tree, "word").text in WORDS["unknown"], f"{target} is drawn as unknown")
        claim(not list(tree.iter(SVG + "a")), f"{target} leads nowhere")


def check_asking_again(marks):
    target = marks.paths["certified"] + ".svg"
    _, headers, body = marks.ask(target)
    claim(headers["Vary"] == "Accept-Language", "without a language it varies")
    status, again, nothing = marks.ask(target, If_None_Match=headers["ETag"])
    claim((status, nothing, again["Vary"]) == (304, b"", "Accept-Language"), "who has it is sent nothing")
    status, head, nothing = marks.ask(target, method="HEAD")
    claim((status, nothing, head["Content-Length"]) == (200, b"", str(len(body))), "its head can be asked for alone")
    chinese = marks.ask(target, Accept_Language="fr, zh-CN;q=0.9, en;q=0.8")
    claim("已认证" in chinese[2].decode() and chinese[1]["ETag"] != headers["ETag"], "it speaks the reader's language")
    claim(marks.ask(target + "?lang=en", Accept_Language="zh")[1]["Vary"] is None, "with a language it does not vary")


def check_data(marks):
    for state, path in marks.paths.items():
        status, headers, body = marks.ask(path + ".json")
        data = json.loads(body)
        if state == "unknown":
            claim((status, headers["Content-Type"]) == (400, "application/problem+json"), "a program is told what is wrong")
            continue
        claim((status, headers["Content-Type"], headers["Cache-Control"]) == (200, "application/json", "public, max-age=60, must-revalidate"),
              f"{path}.json is answered")
        claim(data["state"] == state, f"{path}.json says {state}")
        numbers = {"not-certified": 0, "several": 2}.get(state, 1)
        claim(len({each["number"] for each in data["certifications"]}) == numbers, f"{path}.json has {numbers} numbers")
        for each in data["certifications"]:
            status, _, body = marks.ask(each["register"].removeprefix("https://ca.example"))
            known = json.loads(body)
            claim(status == 200 and all(known[name] == each[name] for name in ("number", "scheme", "level", "validUntil", "signers")),
                  f"{path}.json is what the register says")
        for link in ("register", "image"):
            claim(marks.ask(data[link].removeprefix("https://ca.example"))[0] == 200, f"{path}.json has a {link}")


def read(marks, _):
    check_drawings(marks)
    check_wrong_addresses(marks)
    check_asking_again(marks)
    check_data(marks)
    print("marks_read: every mark is well-formed, harmless, spoken, and says what is so")


if __name__ == "__main__":
    sys.exit(run(read))
