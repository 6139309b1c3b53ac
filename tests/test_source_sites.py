"""arXiv, Habr, Medium, Substack: the text without the platform around it, walls told as walls."""

from __future__ import annotations

import asyncio
import json

import papers
import pytest
from fake_web import PROSE, FakeWeb, article

from flashgen import sources
from flashgen.errors import Failed, Skipped
from flashgen.types import Page

# --- arXiv ---------------------------------------------------------------------------------------

ABS = (
    '<html><head><meta name="citation_title" content="On Bounded\n Queues"><meta name="citation_author" '
    'content="Writer, Ann">'
    '<meta name="citation_author" content="Maker, Bob"><meta name="citation_date" content="2024/01/02">'
    '<meta name="citation_abstract" content="We show that queues\n have bounds."></head><body></body></html>'
)
HTML = (
    '<html><body><nav>Report issue</nav><article class="ltx_document"><h1 class="ltx_title">On Bounded Queues</h1>'
    f'<section class="ltx_section"><h2>1 Introduction</h2><p class="ltx_p">{PROSE * 3}</p></section></article>'
    f"</body></html>"
)


@pytest.mark.parametrize(
    "link",
    [
        "https://arxiv.org/abs/2401.00001",
        "https://arxiv.org/pdf/2401.00001v2.pdf",
        "http://export.arxiv.org/abs/cs/0112017",
    ],
)
def test_a_paper_is_read_from_its_html_version(link: str) -> None:
    """Title, authors, date and abstract from the abstract page, the text from the HTML."""
    number = next(name for name in ("2401.00001v2", "2401.00001", "cs/0112017") if name in link)
    web = FakeWeb({f"https://arxiv.org/abs/{number}": ABS, f"https://arxiv.org/html/{number}": HTML})
    found = asyncio.run(sources.read(link, web))
    assert (found.kind, found.title, found.author, found.date, found.language) == (
        "arxiv", "On Bounded Queues", "Ann Writer, Bob Maker", "2024-01-02", "en",
    )  # fmt: skip
    assert "## Abstract\n\nWe show that queues have bounds." in found.markdown
    assert "bounded queue forces a decision" in found.markdown


def test_a_paper_without_html_is_read_from_its_pdf() -> None:
    """With the pages marked, even where the abstract page can't be had."""
    web = FakeWeb({"https://arxiv.org/pdf/2401.00001": papers.two_columns()})
    found = asyncio.run(sources.read("https://arxiv.org/abs/2401.00001", web))
    assert found.title == "On Bounded Queues"
    assert found.markdown.startswith("<!-- at: page=1 -->\n\n# On Bounded Queues")


def test_an_abstract_that_the_paper_has_is_not_told_twice() -> None:
    """The paper's own abstract is enough."""
    html = HTML.replace(
        "<section",
        '<div class="ltx_abstract"><h6>Abstract</h6><p>We show that queues have bounds.</p></div><section',
        1,
    )
    web = FakeWeb({"https://arxiv.org/abs/2401.00001": ABS, "https://arxiv.org/html/2401.00001": html})
    assert asyncio.run(sources.read("https://arxiv.org/abs/2401.00001", web)).markdown.count("queues have bounds") == 1


def test_listings_of_arxiv_are_skipped() -> None:
    """A list of new papers is not a paper."""
    with pytest.raises(Skipped):
        asyncio.run(sources.read("https://arxiv.org/list/cs.DC/recent", FakeWeb({})))


# --- Habr ----------------------------------------------------------------------------------------

RUSSIAN = (
    "Очередь перед медленным сервисом сглаживает короткие всплески, но не добавляет ему мощности. "
    "Когда работа приходит быстрее, чем её делают, очередь растёт, пока не кончится память или терпение. "
    "Ограниченная очередь заставляет решать вовремя: подождать, выбросить или отказать. "
)
HABR = (
    '<html lang="ru"><head><title>Очереди / Хабр</title></head><body><header>Все потоки</header><article>'
    '<h1 class="tm-title"><span>Очереди</span></h1><a class="tm-user-info__username">pisatel</a>'
    '<time datetime="2024-03-04T05:06:07.000Z">4 мар</time>'
    f'<div id="post-content-body"><div><p>{RUSSIAN * 3}</p><pre><code class="python">put(item)</code></pre></div></div>'
    '<div class="tm-votes">+42</div></article><div class="tm-comments">Комментарии: первый!</div></body></html>'
)


def test_a_publication_of_habr_is_its_body() -> None:
    """No rating, no comments; title, author and date."""
    link = "https://habr.com/ru/companies/acme/articles/100000/"
    found = asyncio.run(sources.read(link, FakeWeb({link: HABR})))
    assert (found.kind, found.title, found.author, found.date) == ("habr", "Очереди", "pisatel", "2024-03-04")
    assert found.markdown.startswith("# Очереди\n\nОчередь перед")
    assert "```python\nput(item)\n```" in found.markdown
    assert "первый" not in found.markdown
    assert "+42" not in found.markdown


@pytest.mark.parametrize("path", ["", "ru/hubs/python/", "ru/users/me/", "ru/companies/acme/", "ru/flows/develop/"])
def test_lists_of_habr_are_skipped_unasked(path: str) -> None:
    """Hubs and profiles are told by their address."""
    web = FakeWeb({})
    with pytest.raises(Skipped, match="list of publications"):
        asyncio.run(sources.read(f"https://habr.com/{path}", web))
    assert not web.asked


def test_a_publication_that_isnt_there_is_dead() -> None:
    """An error page with status 200 is no publication."""
    link = "https://habr.com/ru/articles/100000/"
    gone = (
        '<html lang="ru"><head><title>Страница не найдена / Хабр</title></head><body><h1>Страница не '
        "найдена</h1></body></html>"
    )
    with pytest.raises(Failed, match="not found") as error:
        asyncio.run(sources.read(link, FakeWeb({link: gone})))
    assert error.value.dead


# --- Medium --------------------------------------------------------------------------------------


def story(body: str, *, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>On queues | by A. Writer | Medium</title>{head}</head><body>'
        '<div><a href="https://medium.com/m/signin">Sign in</a></div><article><section><h1 '
        'class="pw-post-title">On queues</h1>'
        '<div class="speechify-ignore"><a>A. Writer</a><span data-testid="storyReadTime">8 min read</span>'
        "<button>Follow</button></div>"
        f'{body}</section></article><div class="recs"><h2>Recommended from Medium</h2><article><h3>Ten '
        f"habits</h3><p>of rich people</p></article></div>"
        "</body></html>"
    )


BODY = f'<p class="pw-post-body-paragraph">{PROSE * 6}</p><pre><span>put(item)<br>get()</span></pre>'
WALL = (
    '<p class="pw-post-body-paragraph">Queues are everywhere, and in this story I look at five of them…</p>'
    '<div class="paywall">'
    "<h1>Create an account to read the full story.</h1><p>The author made this story available to Medium "
    "members only.</p></div>"
)


@pytest.mark.parametrize(
    "link", ["https://medium.com/@writer/on-queues-0123456789ab", "https://blog.tech.example/on-queues-0123456789ab"]
)
def test_a_story_is_read_on_any_domain(link: str) -> None:
    """Medium is known by its page; claps, byline and recommendations are not the story."""
    found = asyncio.run(sources.read(link, FakeWeb({link: story(BODY)})))
    assert (found.kind, found.title) == ("medium", "On queues")
    assert "bounded queue" in found.markdown
    assert "put(item)\nget()" in found.markdown
    for chrome in ("Follow", "8 min read", "Ten habits", "Sign in"):
        assert chrome not in found.markdown


@pytest.mark.parametrize(
    "link", ["https://medium.com/@writer/on-queues-0123456789ab", "https://blog.tech.example/on-queues-0123456789ab"]
)
def test_a_members_story_is_told_as_one(link: str) -> None:
    """The beginning of a story is not the story."""
    with pytest.raises(Skipped, match="members"):
        asyncio.run(sources.read(link, FakeWeb({link: story(WALL)})))


def test_a_whole_story_may_speak_of_members() -> None:
    """The wall's words under a whole text are only words."""
    link = "https://medium.com/@writer/on-queues-0123456789ab"
    found = asyncio.run(
        sources.read(link, FakeWeb({link: story(BODY + "<p>Become a member to read more stories.</p>")}))
    )
    assert "bounded queue" in found.markdown


@pytest.mark.parametrize("path", ["tag/streaming", "@writer", "", "some-publication", "tag/streaming/archive"])
def test_lists_of_stories_are_skipped_unasked(path: str) -> None:
    """Tags, profiles and publications are told by their address."""
    web = FakeWeb({})
    with pytest.raises(Skipped, match="list of stories"):
        asyncio.run(sources.read(f"https://medium.com/{path}", web))
    assert not web.asked


# --- Substack ------------------------------------------------------------------------------------


def letter(**post: object) -> str:
    told = {
        "title": "On queues",
        "subtitle": "And their bounds",
        "post_date": "2024-02-03T00:00:00Z",
        "audience": "everyone",
        "publishedBylines": [{"name": "A. Writer"}],
        "canonical_url": "https://letters.example/p/on-queues",
        "body_html": f'<p>{PROSE * 3}</p><div class="subscription-widget-wrap"><p>Subscribe now!</p></div>',
        **post,
    }
    data = json.dumps(json.dumps({"post": told}))
    return (
        f"<html><head><title>On queues</title><link href='https://substackcdn.com/a.css'></head><body><div "
        f"id='entry'></div><script>window._preloads        = JSON.parse({data})</script></body></html>"
    )


@pytest.mark.parametrize("link", ["https://letters.substack.com/p/on-queues", "https://letters.example/p/on-queues"])
def test_a_letter_is_read_from_the_data_of_its_page(link: str) -> None:
    """On any domain, without its subscribe buttons."""
    found = asyncio.run(sources.read(link, FakeWeb({link: letter()})))
    assert (found.kind, found.title, found.author, found.date) == ("substack", "On queues", "A. Writer", "2024-02-03")
    assert found.markdown.startswith("# On queues\n\n*And their bounds*\n\nA queue in front")
    assert "Subscribe" not in found.markdown


def test_a_letter_for_subscribers_is_told_as_one() -> None:
    """Only its beginning is on the page."""
    link = "https://letters.example/p/on-queues"
    page = letter(audience="only_paid", truncated_body_text="A queue", wordcount=2000, body_html=f"<p>{PROSE}</p>")
    with pytest.raises(Skipped, match="paying subscribers"):
        asyncio.run(sources.read(link, FakeWeb({link: page})))


def test_a_letter_without_data_is_a_web_page() -> None:
    """What can't be understood is read like any other page."""
    link = "https://letters.substack.com/p/on-queues"
    page = article().replace("</head>", '<script>window._preloads = JSON.parse("{")</script></head>')
    assert "bounded queue" in asyncio.run(sources.read(link, FakeWeb({link: page}))).markdown


def test_a_letter_that_was_sent_on_keeps_its_link() -> None:
    """The link is what was asked for."""
    link = "https://letters.substack.com/p/on-queues"
    at = Page(link, "https://letters.example/p/on-queues", letter().encode(), "text/html")
    found = asyncio.run(sources.read(link, FakeWeb({link: at})))
    assert (found.url, found.final_url) == (link, "https://letters.example/p/on-queues")
