"""One rule for each kind of page that is no article, from what was seen of the page to a reason, or ''.

A rule is sure before it speaks: a page with a good deal of running text is an article, whatever else stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flashgen.sources.content import SAVE_IT
from flashgen.sources.nature.look import Look
from flashgen.sources.nature.selling import app, job, shop
from flashgen.sources.nature.wording import phrases

SOME = 120
"""Words of running text that no wall, sign-in page or error page has."""
MUCH = 300
"""Words of running text from which a page is an article unless everything else speaks against it."""

_SIGN_IN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|signon|auth(?:orize|enticate|/login)?|sso|accounts?/login|users/sign_in|wp-login\.php)(?:[/?.]|$)",
    re.I,
)
_SHELL_ROOT = re.compile(
    r"<(?:div|main|section)\b[^>]{0,300}\bid\s*=\s*[\"']?(?:root|app|__next|__nuxt|svelte|main|react-root|application|gatsby|"
    r"ember\d*|app-root|mount|page)\b[^>]{0,300}>\s{0,200}(?:<!--[^>]{0,300}-->\s{0,200}){0,5}</|<app-root[^>]{0,300}>\s*</app-root>",
    re.I,
)
_ERROR_PATH = re.compile(r"/(?:404|error|not-?found|page-not-found)(?:[./]|$)", re.I)
_GENERAL = re.compile(
    r"(?:[a-z]{2}(?:[-_][a-z]{2})?|latest|stable|docs?|home|main|index|default|blog|news)(?:\.\w{3,5})?", re.I
)
_LIST_PATH = re.compile(
    r"/(?:tags?|category|categories|topics?|archives?|author|search|page/\d+|hubs?|feed|users?)(?:/|$)", re.I
)
_HOME_PATH = re.compile(r"(?:/[a-z]{2}(?:-[a-z]{2})?)?(?:/(?:blogs?|news|articles|posts|stories|index\.\w+))?/?", re.I)

_CHANNELS = frozenset({"profilepage", "og:profile", "person", "og:music.musician"})
_RECORDINGS = frozenset(
    {"videoobject", "og:video.other", "og:video.movie", "og:video.episode", "og:video", "podcastepisode", "audioobject"}
    | {"og:music.song", "musicrecording", "movie", "podcastseries", "tvepisode"}
)
_LISTS = frozenset({"collectionpage", "itemlist", "blog", "searchresultspage", "imagegallery"})


def robot_check(look: Look) -> str:
    """A captcha, a browser check, a block."""
    if look.sentences >= SOME or look.page.words > 250:
        return ""
    told = look.named(phrases("robot_title"), 60) or look.says("robot_text")
    return f"a check for robots stands before the page: {SAVE_IT}" if told or look.hides("robot_source") else ""


def not_found(look: Look) -> str:
    """An error page that came with status 200, or the home page in place of an article."""
    asked, came = urlsplit(look.asked), urlsplit(look.url)
    if look.url != look.asked:
        names = [part for part in asked.path.split("/") if part and not _GENERAL.fullmatch(part)]
        if names and _is_home(came.path) and not came.query and (len(names) > 1 or len(names[-1]) > 11):
            return "the page is gone: its address leads to a home page"
        if _ERROR_PATH.search(came.path) and look.sentences < MUCH:
            return "page not found: its address leads to an error page"
    if look.sentences < SOME and look.named(phrases("not_found_title"), 80):
        return "page not found, though the server answers as if it were there"
    return ""


def _is_home(path: str) -> bool:
    return all(_GENERAL.fullmatch(part) for part in path.split("/") if part)


def parked(look: Look) -> str:
    """A domain for sale, or a server without a site."""
    if look.sentences >= SOME or look.page.words > 500:
        return ""
    if look.says("parked"):
        return "the domain is parked or for sale: the page is gone"
    if look.named(phrases("placeholder")) or (look.page.words < 80 and look.says("placeholder")):
        return "nothing but a placeholder stands there: the site is closed or not open yet"
    return ""


def scripts_only(look: Look) -> str:
    """A shell that scripts would fill."""
    page = look.page
    if not page.facts.scripts or look.sentences >= 40 or page.words > 160 or look.prose.material > 60:
        return ""
    empty = _SHELL_ROOT.search(page.html) or phrases("loading").search(page.text[:300])
    if (look.says("scripts") and page.words < 120) or (empty and page.words < 90) or page.words < 4:
        return (
            "needs scripts to show its text: install the extra browser (pip install 'flashgen[browser]'), "
            "or save the page by hand"
        )
    return ""


def consent_wall(look: Look) -> str:
    """A page that is nothing but a question about cookies."""
    if look.sentences >= MUCH or look.page.words > 900:
        return ""
    asked = look.count("consent")
    own = (urlsplit(look.url).hostname or "").startswith(("consent.", "cmp.", "guce.", "privacy-"))
    known = own or look.named(phrases("consent"), 60) or asked >= 3
    # A banner above an article leaves the article's words; a wall leaves none.
    left = look.page.words - look.page.linked_words - 60 * min(asked, 4)
    return f"a consent wall stands before the page: {SAVE_IT}" if known and asked and left < 60 else ""


def sign_in(look: Look) -> str:
    """A form for name and password, or the word that one is needed."""
    if look.sentences >= (40 if look.is_article else SOME) or look.prose.material > 200 or look.page.words > 600:
        return ""
    password = look.page.facts.password_fields > 0
    path = bool(_SIGN_IN_PATH.search(urlsplit(look.url).path))
    title = look.named(phrases("sign_in_title"), 60)
    signs = sum((password, path, title, look.says("sign_in_text")))
    if signs >= 3 or (signs == 2 and look.page.words < 300) or (look.page.words < 120 and (password or title)):
        return "a sign-in page: sign in with a browser and save the page in the folder saved/ beside the reading list"
    return ""


def pay_wall(look: Look) -> str:
    """The beginning of an article, and a demand. What stands in the first half of a page may be its subject."""
    text, shown = look.page.text, look.sentences + look.prose.material
    if shown >= 350:
        return ""
    asked = bool(phrases("pay_wall").search(text))
    late = asked and bool(phrases("pay_wall").search(text, len(text) // 2))
    least = (200 if late else 100) if asked else 0
    if not look.page.free:
        least = 350 if asked else 100
    return f"a pay wall: only the beginning is shown. If you may read it, {SAVE_IT}" if shown < least else ""


def profile(look: Look) -> str:
    """A person's or a channel's page: what they made, not one of its pieces."""
    if look.is_article or look.sentences >= SOME:
        return ""
    typed, counted, pressed = bool(look.page.types & _CHANNELS), look.count("profile"), look.pressed("channel")
    bare = look.page.words < 150
    if (typed and (counted or pressed)) or (counted and pressed and (counted >= 2 or pressed >= 3 or bare)):
        return "a profile or a channel, not one of its pieces"
    return ""


def recording(look: Look) -> str:
    """A film or a recording whose words aren't on the page."""
    if look.is_article or look.sentences >= SOME or not look.page.types & _RECORDINGS:
        return ""
    return "a video or a recording without its words on the page"


def index(look: Look) -> str:
    """A list of articles: its links lead to what could be read."""
    prose, page, path = look.prose, look.page, urlsplit(look.url).path
    reason = "an index page: links to articles, not one of them"
    if prose.material >= 60:
        return ""
    if prose.headed >= 3 and prose.sentences < 25 * prose.headed:
        return reason
    if prose.sentences < 60 and prose.links >= 5 and prose.linked > 0.6 * prose.total:
        return reason
    known = _LIST_PATH.search(path) or _HOME_PATH.fullmatch(path) or page.types & _LISTS
    least = 60 if look.is_article else SOME
    return reason if known and page.teasers >= 4 and prose.sentences < page.teasers * 45 + least else ""


def nothing(look: Look) -> str:
    """A page with a line or two: a title page, a picture, a button."""
    shown = look.sentences + look.prose.material
    return "there is next to no text to learn from" if look.prose.total < 40 and shown < 12 else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of page, how it is known, and whether it means that the page is dead, or may come right another time."""

    name: str
    seen: Callable[[Look], str]
    dead: bool = False
    passing: bool = False


RULES = (
    Rule("robot check", robot_check, passing=True),
    Rule("parked", parked, dead=True),
    Rule("not found", not_found, dead=True),
    Rule("consent wall", consent_wall),
    Rule("scripts only", scripts_only),
    Rule("sign-in", sign_in),
    Rule("pay wall", pay_wall),
    Rule("shop", shop),
    Rule("app", app),
    Rule("job", job),
    Rule("index", index),
    Rule("profile", profile),
    Rule("recording", recording),
    Rule("nothing", nothing),
)
"""In the order in which they are asked: what hides a page comes before what the page is."""
