"""Images as they are shown: the real address of a lazy one, no tracking pixels, captions beside them."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin

from flashgen.extract.tree import Element, ancestors, drop, letters, make, text_of, unwrap

_LAZY = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-actualsrc",
    "data-hi-res-src",
    "data-img-src",
    "data-full-src",
    "data-image-src",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_PLACEHOLDER = re.compile(
    r"^data:|(?:^|[/_.-])(?:blank|spacer|placeholder|loading|lazy|pixel|1x1|transparent|grey|gray|empty)[\w-]*\.(?:gif|png|svg|jpe?g)",
    re.I,
)
_EMOJI = re.compile(r"(?<![a-z])(?:emoji|wp-smiley|smiley|twemoji|emoticon|g-emoji)(?![a-z])", re.I)


def normalise(top: Element, base: str) -> None:
    """Bring every image below `top` to `<img src="absolute" alt="…">`, or take it out."""
    for picture in list(top.iter("picture")):
        _from_picture(picture)
    for image in list(top.iter("img", "amp-img")):
        _image(image, base)
    for figure in list(top.iter("figure")):
        _figure(figure)


def source_of(image: Element) -> str:
    """The address of what a reader sees, as written; '' if there is none."""
    plain = (image.get("src") or "").strip()
    lazy = next((value.strip() for name in _LAZY if (value := image.get(name)) and not value.startswith("data:")), "")
    if lazy and (not plain or _PLACEHOLDER.search(plain) or lazy != plain):
        return lazy
    if plain and not _PLACEHOLDER.search(plain):
        return plain
    for name in _LAZY_SETS:
        if found := _largest(image.get(name) or ""):
            return found
    return "" if plain.startswith("data:") else plain


def _largest(srcset: str) -> str:
    """The address with the largest width or density of a `srcset`."""
    best, size = "", -1.0
    for match in re.finditer(r"(\S*[^\s,])(?:\s+([\d.]+)[wx])?\s*(?:,|$)", srcset):
        weight = float(match.group(2) or 1) if (match.group(2) or "1").count(".") < 2 else 1.0
        if weight > size and not match.group(1).startswith("data:"):
            best, size = match.group(1), weight
    return best


def _image(image: Element, base: str) -> None:
    alt = " ".join((image.get("alt") or "").split())
    if _EMOJI.search(f"{image.get('class') or ''}") and len(alt) <= 16:
        image.tag, image.text = "span", alt
        image.attrib.clear()
        unwrap(image)
        return
    source = source_of(image)
    if not source or _is_pixel(image):
        drop(image)
        return
    try:
        full = urljoin(base, "".join(source.split("\n")))
    except ValueError:
        drop(image)
        return
    full = quote(full, safe="/:?#[]@!$&'*+,;=%~()")
    if full.count("(") != full.count(")"):
        full = full.replace("(", "%28").replace(")", "%29")
    tail = image.tail
    image.clear()
    image.tag, image.tail = "img", tail
    image.set("src", full)
    if tail and not tail[0].isspace() and tail[0] not in ".,;:!?)":
        image.tail = f" {tail}"
    image.set("alt", alt.replace("[", "(").replace("]", ")"))


def _is_pixel(image: Element) -> bool:
    sizes = [image.get(name) for name in ("width", "height")]
    return any(size is not None and size.strip().rstrip("px") in ("0", "1", "2") for size in sizes)


def _from_picture(picture: Element) -> None:
    image = next(iter(picture.iter("img")), None)
    if image is None:
        drop(picture)
        return
    if not source_of(image):
        found = next(
            (s for e in picture.iter("source") for n in ("srcset", "data-srcset") if (s := _largest(e.get(n) or ""))),
            "",
        )
        image.set("src", found)
    for element in list(picture.iter("source")):
        unwrap(element)  # libxml2 takes what follows `<source>` for its content
    unwrap(picture)


def _figure(figure: Element) -> None:
    """A caption stands under its image, once: not where it only repeats the alt text."""
    caption = next(iter(figure.iter("figcaption")), None)
    if caption is None or caption.getparent() is None:
        return
    image = next(iter(figure.iter("img")), None)
    said = " ".join(text_of(caption).split())
    if not letters(said):
        drop(caption)
    elif image is not None and (image.get("alt") or "") == said:
        image.set("alt", said)
    if caption.getparent() is not None and figure.find(".//pre") is None:
        paragraph = next(iter(caption.iter("p")), None)
        if paragraph is None:
            caption.tag = "p"
        else:
            caption.tag = "div"
    if not any(up.tag == "figure" for up in ancestors(figure)):
        figure.tag = "div"
    if image is not None and image.getparent() is figure:
        holder = make("p")
        holder.tail, image.tail = image.tail, None
        figure.replace(image, holder)
        holder.append(image)
