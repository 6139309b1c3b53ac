from __future__ import annotations
from dataclasses import dataclass
from flashgen.extract.charset import decode
from flashgen.extract.mask import by_trafilatura
READER_VERSION = 1
@dataclass(frozen=True)
class Extracted:
    markdown: str = ""
def extract(body, *, url, content_type="", mask=by_trafilatura):
    from flashgen.extract import clean, region, markdown, tree, formulas, code, tidy
    t = tree.parse(decode(body, content_type))
    if t is None: return Extracted()
    formulas.normalise(t)
    posts=clean.is_discussion(t)
    clean.clean(t,posts=posts)
    m = region.Measured(t)
    top = region.declared(m)
    trusted = top is not None
    text = ""
    if top is None:
        text = mask(t, url, posts)
        m.cover(text)
        top = region.declared(m)
        trusted = top is not None
        top = top if trusted else region.covered(t, m)
    if top is None: return Extracted(text)
    region.prune(top, m, trusted=trusted)
    code.normalise(top)
    tidy.tidy(top, url)
    return Extracted(markdown.write(top))
