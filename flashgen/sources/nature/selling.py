"""Rules for pages that want something done: bought, installed, applied for."""

from __future__ import annotations

from flashgen.sources.nature.look import Look
from flashgen.sources.nature.wording import phrases

_MUCH = 300
_GOODS = frozenset({"product", "book", "individualproduct", "productgroup", "course"})
_OFFERS = frozenset({"offer", "aggregateoffer", "og:product", "og:product.item", "productgroup"})
_PROGRAMS = frozenset({"softwareapplication", "mobileapplication", "webapplication", "videogame"})


def shop(look: Look) -> str:
    """A thing for sale, or many of them. Book pages come with long reviews: length alone clears nobody."""
    if look.is_article and look.sentences >= 120:
        return ""
    goods, offered = bool(look.page.types & _GOODS), bool(look.page.types & _OFFERS)
    carts = look.pressed("cart")
    if look.sentences >= _MUCH and not (goods or offered or carts):
        return ""
    said, prices = look.count("shop"), len(phrases("price").findall(look.page.text))
    typed = (goods or offered) and prices and (carts or offered or said >= 2) and look.sentences < 1200
    spoken = look.sentences < _MUCH and (
        (carts and prices and (said >= 2 or carts >= 3)) or (said >= 4 and (prices or carts))
    )
    bare = carts and prices and look.sentences < 60 and look.page.words < 400
    plainly = carts and said >= 4 and prices >= 3 and not look.is_article
    if typed or spoken or bare or plainly:
        return "a shop's page: something for sale, not an article"
    if prices >= 8 and look.sentences < 60 and (carts or said):
        return "a shop's list of goods, not an article"
    return ""


def app(look: Look) -> str:
    """A program to install or to use."""
    if look.is_article or look.sentences >= _MUCH:
        return ""
    typed, said, pressed = bool(look.page.types & _PROGRAMS), look.count("app"), look.pressed("install")
    return (
        "a page for installing an app, not an article" if (pressed and (typed or said >= 2)) or (typed and said) else ""
    )


def job(look: Look) -> str:
    """A job offer, or a table of salaries."""
    if look.is_article or look.sentences >= 2 * _MUCH:
        return ""
    if "jobposting" in look.page.types or (look.pressed("job") and look.sentences < _MUCH):
        return "a job offer, not an article"
    money = len(phrases("price").findall(look.page.text))
    if look.named(phrases("salary")) and money >= 6 and look.sentences < 120:
        return "a table of salaries, not an article"
    return ""
