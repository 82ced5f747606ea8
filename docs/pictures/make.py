"""Takes pictures of every mail of ours: its text beside its HTML on a phone; run by hand when a template changed.

    pip install playwright pillow
    apt install chromium
    python docs/pictures/make.py

The pictures lie beside this file, one for each reply and language, and docs/replies.md, which this writes anew too,
shows them. Everything in them is made up.
"""

import io
import re
import sys
from html import escape
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from maild.cli.reply import previewed
from maild.config.load import load_config
from replies.catalogue import REPLIES, Value
from replies.render import Rendered

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
PHONE, TEXT, GAP = 360, 620, 16
COLOURS = 12
LANGUAGES = {"en": "English", "de": "Deutsch", "ru": "Русский"}
ZONES = {"en": "Europe/London", "de": "Europe/Berlin", "ru": "Europe/Moscow"}
# What is written by people, in the language of the mail.
WRITTEN: dict[str, dict[str, Value]] = {
    "en": {
        "subject": "The checkout shows an error",
        "offer": "An incident costs USD 99, an urgent one USD 139: https://shop.example/support",
        "alternatives": ["a quote for the whole work", "guidance, if you do it yourself"],
        "reason": "An upgrade across versions is planned with our developers.",
    },
    "de": {
        "subject": "Die Kasse zeigt einen Fehler",
        "offer": "Eine Anfrage kostet 99 USD, eine dringende 139 USD: https://shop.example/support",
        "alternatives": ["ein Angebot für die ganze Arbeit", "Anleitung, wenn Sie es selbst machen"],
        "reason": "Ein Upgrade über Versionen hinweg planen unsere Entwickler mit Ihnen.",
        "text": "Guten Tag,\n\nbitte versuchen Sie es jetzt noch einmal.\n\nSam",
    },
    "ru": {
        "subject": "Касса выдаёт ошибку",
        "offer": "Обращение стоит 99 USD, срочное — 139 USD: https://shop.example/support",
        "alternatives": ["расчёт стоимости всей работы", "подсказки, если вы сделаете это сами"],
        "reason": "Переход между версиями планируют наши разработчики.",
        "text": "Здравствуйте!\n\nПожалуйста, попробуйте ещё раз.\n\nSam",
    },
}
INTRODUCTION = """# How our mails look

Every mail that maild writes, with examples: its plain text, and its HTML on a phone, 360 pixels wide. What a template
is and how to change one: [docs/templates.md](templates.md). `maild reply preview acknowledgement` prints one, with
`--lang de` in German, with `--html` as a page.

`python docs/pictures/make.py` takes the pictures and writes this page anew.
"""


def main() -> None:
    """Take every picture, or those of the replies that the command line names, and write the page."""
    config = load_config(HERE.parents[1] / "config.toml", {})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        views = (view_of(browser, TEXT), view_of(browser, PHONE))
        for kind in sys.argv[1:] or REPLIES:
            for language in LANGUAGES:
                known = REPLIES[kind].facts
                own = {name: fact for name, fact in WRITTEN[language].items() if name in known}
                if kind != "answer":
                    own.pop("text", None)
                mail = previewed(config, kind, language, ZONES[language], own)
                picture(mail, views).save(HERE / f"{kind}-{language}.png", optimize=True)
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            mail = previewed(config, "acknowledgement", "en", ZONES["en"], WRITTEN["en"])
            reduced(taken(mail.html, view_of(browser, 800, scheme))).save(
                HERE / f"desktop-{scheme}.png", optimize=True
            )
    (HERE.parent / "replies.md").write_text(page(), encoding="utf-8")


def view_of(browser: Browser, width: int, scheme: Literal["light", "dark"] = "light") -> Page:
    """Return a window of a browser."""
    return browser.new_page(viewport={"width": width, "height": 200}, color_scheme=scheme)


def picture(mail: Rendered, views: tuple[Page, Page]) -> Image.Image:
    """Return the text of a mail and beside it the HTML on a phone, subject above both."""
    text = (
        '<body style="margin:0;padding:16px;font:13px/1.45 DejaVu Sans Mono,monospace;white-space:pre-wrap;'
        f'overflow-wrap:anywhere"><b>{escape(mail.subject)}</b>\n\n{escape(mail.text)}</body>'
    )
    panes = [taken(text, views[0]), taken(mail.html, views[1])]
    sheet = Image.new("RGB", (TEXT + PHONE + 3 * GAP, max(p.height for p in panes) + 2 * GAP), "#d8d8d8")
    for pane, left in zip(panes, (GAP, TEXT + 2 * GAP), strict=True):
        sheet.paste(pane, (left, GAP))
    return reduced(sheet)


def taken(html: str, view: Page) -> Image.Image:
    """Return a page as a browser shows it, all of it; nothing of it may be wider than the window."""
    view.set_content(html)
    wide = view.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"it is {wide} pixels too wide: {html[:300]}"
    return Image.open(io.BytesIO(view.screenshot(full_page=True))).convert("RGB")


def reduced(shot: Image.Image) -> Image.Image:
    """Return a picture with few colours: letters stay clear, and the file is small."""
    return shot.quantize(COLOURS, dither=Image.Dither.NONE)


def page() -> str:
    """Return docs/replies.md."""
    parts = [INTRODUCTION]
    for kind, reply in REPLIES.items():
        parts.append(f"## {kind}\n\n{re.sub(r'`', '', reply.sentence)}\n")
        parts.append(f"![{kind}, English](pictures/{kind}-en.png)\n")
        parts.extend(
            f"<details><summary>{name}</summary>\n\n![{kind}, {name}](pictures/{kind}-{code}.png)\n\n</details>\n"
            for code, name in LANGUAGES.items()
            if code != "en"
        )
    parts.append("## On a desktop, light and dark\n\n![light](pictures/desktop-light.png)\n")
    parts.append("![dark](pictures/desktop-dark.png)\n")
    return "\n".join(parts)


if __name__ == "__main__":
    main()
