"""Hacker News and Reddit: the comments worth keeping, each behind its own address."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from fake_web import PROSE, FakeWeb

from flashgen import sources
from flashgen.errors import Failed, Gone, Skipped
from flashgen.sources.threads import Comment, worth_keeping

API = "https://hn.algolia.com/api/v1/items/100"
SITE = "https://news.ycombinator.com/item?id="
LONG = (
    "A queue of work in a database is enough for most of us, because it commits together with the data and needs no "
    "other server that could fail on a Sunday night when nobody is there to look after it."
)


def item(number: int, text: str = LONG, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": number, "author": f"user{number}", "text": f"<p>{text}</p>", "children": list(children), **more}


def story(*comments: dict[str, Any], **more: Any) -> str:
    return json.dumps(
        {
            "id": 100,
            "author": "poster",
            "title": "Queues in a database",
            "url": "https://blog.example/queues",
            "created_at": "2022-08-05T10:00:00.000Z",
            "children": list(comments),
            **more,
        }
    )


def test_a_thread_comes_in_one_call() -> None:
    """Comments in the order of the tree, each behind its permalink; the discussed article is a link, not read."""
    web = FakeWeb({API: story(item(1, LONG, item(2, LONG + " Or so they say.")), item(3, LONG))})
    found = asyncio.run(sources.read(f"{SITE}100", web))
    assert web.asked == [API]
    assert (found.kind, found.title, found.author, found.date) == (
        "hackernews",
        "Queues in a database",
        "poster",
        "2022-08-05",
    )
    assert "[Queues in a database](https://blog.example/queues)" in found.markdown
    places = [found.markdown.index(f"<!-- at: {SITE}{n} -->\n\n**user{n}:** A queue") for n in (1, 2, 3)]
    assert places == sorted(places)
    assert found.final_url == f"{SITE}100"


def test_short_and_deleted_comments_are_left_out_and_counted() -> None:
    """ "This." is nothing to learn; the article says how many were left out."""
    comments = [item(n) for n in range(1, 7)] + [
        item(7, "This."),
        {"id": 8, "author": None, "text": None, "children": []},
    ]
    found = asyncio.run(sources.read(f"{SITE}100", FakeWeb({API: story(*comments)})))
    assert "user7" not in found.markdown
    assert found.notice.startswith("1 short")


def test_code_and_links_in_comments_survive() -> None:
    """Comments are HTML."""
    text = 'See <a href="https://x.example/a">there</a>:<pre><code>SELECT 1\nFOR UPDATE</code></pre>' + LONG
    found = asyncio.run(sources.read(f"{SITE}100", FakeWeb({API: story(item(1, text))})))
    assert "[there](https://x.example/a)" in found.markdown
    assert "SELECT 1\nFOR UPDATE" in found.markdown


def test_an_address_with_a_full_stop_is_the_thread() -> None:
    """The full stop belongs to the sentence around the link."""
    found = asyncio.run(sources.read(f"{SITE}100.", FakeWeb({API: story(item(1))})))
    assert found.title == "Queues in a database"


def row(number: int, depth: int, text: str = LONG, faded: bool = False) -> str:
    colour = "c5a" if faded else "c00"
    return (
        f'<tr class="athing comtr" id="{number}"><td><table><tr><td class="ind" indent="{depth}"></td><td '
        f'class="default">'
        f'<span class="comhead"><a class="hnuser">user{number}</a></span><div class="comment">'
        f'<div class="commtext {colour}">{text}<div class="reply"><a>reply</a></div></div></div></td></tr>'
        f"</table></td></tr>"
    )


def page(*rows: str) -> str:
    return (
        '<html><body><table class="fatitem"><tr><td class="title"><span class="titleline">'
        '<a href="https://blog.example/queues">Queues in a database</a></span></td></tr><tr><td class="subtext">'
        '<a class="hnuser">poster</a><span class="age" title="2022-08-05T10:00:00"></span></td></tr></table>'
        f'<table class="comment-tree">{"".join(rows)}</table></body></html>'
    )


def test_the_page_is_read_where_the_api_fails() -> None:
    """The same article from the page: title, date, comments with their depth."""
    web = FakeWeb({f"{SITE}100": page(row(1, 0), row(2, 1), row(3, 0))})
    found = asyncio.run(sources.read(f"{SITE}100", web))
    assert web.asked == [API, f"{SITE}100"]
    assert (found.title, found.date) == ("Queues in a database", "2022-08-05")
    assert "reply" not in found.markdown
    assert found.markdown.count("<!-- at: ") == 3


@pytest.mark.parametrize(
    ("body", "error", "reason"),
    [
        ("No such item.", Skipped, "no such item"),
        ("Sorry.", Failed, "slow down"),
        ("<html></html>", Failed, "no thread"),
    ],
)
def test_a_page_without_a_thread_says_why(body: str, error: type[Exception], reason: str) -> None:
    """What the site says instead of a thread is told."""
    with pytest.raises(error, match=reason):
        asyncio.run(sources.read(f"{SITE}100", FakeWeb({f"{SITE}100": body})))


def test_the_pages_fault_is_the_links() -> None:
    """When both fail, the site's own answer counts, not the search engine's."""
    web = FakeWeb({API: Failed(API, "down"), f"{SITE}100": Gone(SITE, "gone for good (410)")})
    with pytest.raises(Gone):
        asyncio.run(sources.read(f"{SITE}100", web))


@pytest.mark.parametrize("path", ["", "newest", "jobs", "user?id=me", "item", "item?id=x"])
def test_lists_of_stories_are_skipped_unasked(path: str) -> None:
    """A list is told by its address."""
    web = FakeWeb({})
    with pytest.raises(Skipped, match="list of stories"):
        asyncio.run(sources.read(f"https://news.ycombinator.com/{path}", web))
    assert not web.asked


def test_the_best_comments_are_kept_within_a_bound() -> None:
    """Of a thread that is longer than a book chapter, the long, answered and well-received comments stay, in order."""
    comments = [
        Comment(str(n), "a", LONG * 6, 0, answers=20 if n % 50 == 0 else 0, standing=0.3 if n % 3 == 1 else 1.0)
        for n in range(300)
    ]
    kept = worth_keeping(comments)
    numbers = [int(comment.url) for comment in kept]
    assert numbers == sorted(numbers)
    assert 5_000 < sum(len(comment.html.split()) for comment in kept) < 9_500
    assert {0, 50, 100, 150, 200, 250} <= set(numbers)
    assert not any(number % 3 == 1 for number in numbers if number % 50)


# --- Reddit --------------------------------------------------------------------------------------

THREAD = "https://www.reddit.com/r/queues/comments/abc123/a_title/"
FEED = "https://www.reddit.com/comments/abc123/.rss"


def entry(number: int, text: str) -> str:
    return (
        f"<entry><author><name>/u/user{number}</name></author><title>Queues?</title><updated>"
        f"2024-01-0{number}T00:00:00Z</updated>"
        f'<link href="{THREAD}{number}/"/><content type="html">&lt;div '
        f'class="md"&gt;&lt;p&gt;{text}&lt;/p&gt;&lt;/div&gt;</content></entry>'
    )


def test_a_reddit_thread_comes_from_its_feed() -> None:
    """What is left without a login: the post and its newest comments, flat."""
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry(1, PROSE)}{entry(2, LONG)}</feed>'
    found = asyncio.run(sources.read(THREAD, FakeWeb({FEED: feed}, content_type="application/atom+xml")))
    assert (found.kind, found.title, found.author, found.date) == ("reddit", "Queues?", "user1", "2024-01-01")
    assert f"<!-- at: {THREAD}2/ -->\n\n**user2:** A queue" in found.markdown


NEW = (
    '<html><body><shreddit-post permalink="/r/queues/comments/abc123/a_title/" post-type="text" author="poster" '
    'created-timestamp="2024-05-06T00:00:00" post-title="Queues?"><h1 slot="title">Queues?</h1>'
    f'<div slot="text-body"><p>{PROSE}</p></div></shreddit-post>'
    '<shreddit-comment author="ann" depth="0" score="250" permalink="/r/queues/comments/abc123/comment/x1/">'
    f'<div slot="comment"><p>{LONG}</p></div><shreddit-comment author="bob" depth="1" score="-4" '
    'permalink="/r/queues/comments/abc123/comment/x2/"><div slot="comment"><p>No.</p></div></shreddit-comment>'
    "</shreddit-comment></body></html>"
)
OLD = (
    '<html><body><div id="siteTable"><div class="thing link" data-author="poster"><a class="title" '
    'href="/r/queues/x">Queues?</a>'
    f'<time datetime="2024-05-06T00:00:00"></time><div class="usertext-body"><div class="md"><p>{PROSE}</p>'
    f"</div></div></div></div>"
    '<div class="commentarea"><div class="thing comment" data-author="ann" '
    'data-permalink="/r/queues/comments/abc123/comment/x1/">'
    f'<div class="entry"><span class="score unvoted" title="250"></span><div class="md"><p>{LONG}</p></div>'
    f"</div></div></div></body></html>"
)


@pytest.mark.parametrize("saved", [NEW, OLD], ids=["new", "old"])
def test_a_saved_page_of_reddit_is_read(saved: str) -> None:
    """New and old Reddit, as a browser saves them."""
    found = asyncio.run(sources.read(THREAD, FakeWeb({THREAD: saved})))
    assert (found.title, found.author, found.date) == ("Queues?", "poster", "2024-05-06")
    assert "bounded queue" in found.markdown
    assert (
        "<!-- at: https://www.reddit.com/r/queues/comments/abc123/comment/x1/ -->\n\n**ann:** A queue" in found.markdown
    )
    assert "**bob:**" not in found.markdown


def test_a_wall_names_the_way_round_it() -> None:
    """Blocked or shut out by robots.txt: the reason stays, with the advice to save the page."""
    for error in (
        Failed(THREAD, "the server doesn't let us in (403)"),
        Skipped(THREAD, "robots.txt asks us to stay out"),
    ):
        with pytest.raises(type(error), match=r"saved/") as raised:
            asyncio.run(sources.read(THREAD, FakeWeb({FEED: error, THREAD: error})))
        assert error.reason in str(raised.value)


def test_a_post_that_is_only_a_link_says_where_to() -> None:
    """The linked article is what belongs into the list."""
    only = (
        '<html><body><shreddit-post post-type="link" content-href="https://news.example/a"><h1 slot="title">'
        "T</h1></shreddit-post></body></html>"
    )
    with pytest.raises(Skipped, match=r"news\.example"):
        asyncio.run(sources.read(THREAD, FakeWeb({THREAD: only})))


@pytest.mark.parametrize("path", ["r/queues", "r/queues/top", "user/me", ""])
def test_lists_of_posts_are_skipped_unasked(path: str) -> None:
    """A subreddit is not a thread."""
    web = FakeWeb({})
    with pytest.raises(Skipped, match="list of posts"):
        asyncio.run(sources.read(f"https://www.reddit.com/{path}", web))
    assert not web.asked
