"""The way from a page's bytes to its Markdown, step by step."""

from __future__ import annotations

from dataclasses import replace

from flashgen.extract import clean, code, facts, formulas, json_ld, language, leads, markdown, region, tidy, tree
from flashgen.extract import metadata as meta
from flashgen.extract.charset import decode
from flashgen.extract.mask import Mask, best
from flashgen.extract.measured import Measured
from flashgen.extract.tree import Element, letters, text_of
from flashgen.extract.values import Extracted

_ENOUGH_OF_MASK = 0.6


def extract(body: bytes, *, url: str, content_type: str = "", mask: Mask | None = None) -> Extracted:
    """The main text of a web page as Markdown, its metadata and facts of the page as a whole.

    `url` is the page's final address; links and images become absolute by it. `content_type` is the header as sent.
    `mask` says where the article is on pages whose markup doesn't (by default the best that is installed). Never
    raises for what is in the page: where nothing can be read, `markdown` is ''.
    """
    html, url = decode(body, content_type), tree.sound(url)
    root = tree.parse(html)
    if root is None:
        return Extracted()
    # Holding on to every element keeps lxml from making its Python face anew at each of the walks below.
    held = list(root.iter())
    base = tree.base_of(root, url)
    tags, linked = meta.meta_tags(root), json_ld.objects(root)
    about = meta.metadata(root, url, tags, linked)
    known = facts.before_stripping(root, url, tags, linked)
    if formulas.occur(html):
        formulas.normalise(root)
    discussion = clean.is_discussion(root)
    clean.strip(root)
    text, density, headings = facts.shown(root)
    known = replace(
        known,
        text=text,
        words=len(text.split()),
        link_density=density,
        headings=headings,
        discussion=discussion,
        scripts_only=facts.is_shell(text, known.scripts, known.noscript),
    )
    found, declared, share = _main_text(root, base, mask or best(), posts=discussion)
    del held
    return Extracted(
        markdown=found,
        title=about.title,
        author=about.author,
        date=about.date,
        language=language.settle(about.locale, found or text),
        canonical_url=about.canonical_url,
        site=about.site,
        links_text_share=share,
        facts=replace(known, declares_body=declared),
    )


def to_markdown(html: str, *, base_url: str) -> str:
    """The Markdown of an HTML fragment that is text all through: a comment, a chapter, a wiki page."""
    root = tree.parse(html)
    if root is None:
        return ""
    base = tree.base_of(root, tree.sound(base_url))
    if formulas.occur(html):
        formulas.normalise(root)
    clean.strip(root)
    clean.drop_controls(root)
    body = root.find("body")
    return _written(body if body is not None else root, base)


def _main_text(root: Element, base: str, mask: Mask, *, posts: bool) -> tuple[str, bool, float]:
    """The Markdown of the page's main text, whether the page declares where it is, and the share of links in it."""
    clean.clean(root, posts=posts)
    measured = Measured(root)
    top = None if posts else region.declared(measured)
    declared, masked = top is not None, ""
    if top is None:
        masked = mask(root, base, posts)
        measured.cover(masked)
        top = None if posts else region.declared(measured)
        declared = top is not None
        if top is None:
            top = region.covered(root, measured, posts=posts)
    if top is None:
        return masked, False, 0.0
    region.prune(top, measured, trusted=declared)
    if declared or measured.covered[0]:  # an index page is made of nothing else
        leads.drop_leads(top)
    kept = letters(text_of(top))
    share = sum(letters(text_of(link)) for link in top.iter("a")) / max(kept, 1)
    if kept < _ENOUGH_OF_MASK * sum(map(letters, set(masked.split("\n")))):
        return masked, False, share
    tidy.trim(top)
    return _written(top, base), declared, min(share, 1.0)


def _written(top: Element, base: str) -> str:
    code.normalise(top)
    tidy.tidy(top, base)
    return markdown.write(top)
