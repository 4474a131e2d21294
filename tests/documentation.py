"""Checks the built documentation: `python -m tests.documentation FOLDER`.

Links of one page to another lead to a page and a place that are there, and no page asks for anything from elsewhere.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "srcset", "video": "src"}
"""Elements that a browser fetches something for, and where they say what."""

NOT_FETCHED = {"canonical", "search", "next", "prev", "author", "index"}
"""Kinds of ``link`` that only tell where something is."""


class Page(HTMLParser):
    """The places, the links and what is fetched of a page."""

    def __init__(self, text):
        super().__init__()
        self.places, self.links, self.fetched = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in FETCHED and given.get(FETCHED[tag]) and given.get("rel") not in NOT_FETCHED:
            self.fetched.append(given[FETCHED[tag]])


TEMPLATES = ("webpack-macros.html",)
"""What the theme leaves among its files that is no page."""


def wrong(folder):
    """One line for each link that leads nowhere, and for each thing that comes from elsewhere."""
    built = (path.resolve() for path in folder.rglob("*.html") if path.name not in TEMPLATES)
    pages = {path: Page(path.read_text("utf-8")) for path in built}
    for path, page in pages.items():
        name = path.relative_to(folder.resolve())
        for link in page.links + page.fetched:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if link in page.fetched and parts.scheme != "data":
                    yield f"{name} asks for {link}"
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not there.is_file():
                yield f"{name} links {link}, which isn't there"
            elif parts.fragment and there in pages and unquote(parts.fragment) not in pages[there].places:
                yield f"{name} links {link}, but there is no such place on that page"


def main():
    found = list(wrong(Path(sys.argv[1])))
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
