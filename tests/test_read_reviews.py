"""The review log of the real Anki, read both ways."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from ankiconnect_server import AnkiConnectServer
from deliveries import Desk
from real_anki import RealAnki

from flashgen.anki.collection import read_collection
from flashgen.anki.connect import AnkiConnect
from flashgen.anki.running import read_running
from flashgen.seen import Seen, Step
from flashgen.types import Card

PAST = 1_760_000_000
IDS = [f"card{number:012}" for number in range(3)]


def test_reviews_come_the_same_from_a_running_and_a_closed_anki(tmp_path: Path) -> None:
    """Buttons, times and sorts of reviews, oldest first; what was set by hand is no review."""
    plain = Card("", "What is it?", "A thing.", "It is a thing.", "https://example.org/a", created=PAST, changed=PAST)
    desk = Desk(tmp_path, [replace(plain, id=id_) for id_ in IDS], int(time.time()))
    with RealAnki(tmp_path / "User 1") as anki:
        anki.take(desk.ship())
        for button, seconds in ((3, 4.0), (1, 31.0), (3, 2.0)):
            anki.answer(IDS[0], button, seconds)
        with AnkiConnectServer(anki).serving() as url:
            running = read_running(AnkiConnect(url), reviews=True)
        closed = read_collection(anki.path, reviews=True)
        assert read_collection(anki.path).reviewed is False
    for seen in (running, closed):
        check(seen)
    assert running.notes[IDS[0]].cards[0].reviews == closed.notes[IDS[0]].cards[0].reviews


def check(seen: Seen) -> None:
    assert seen.reviewed
    reviews = seen.notes[IDS[0]].cards[0].reviews
    assert [review.button for review in reviews] == [3, 1, 3]
    assert [round(review.seconds) for review in reviews] == [4, 31, 2]
    assert {review.step for review in reviews} <= {Step.LEARN, Step.REVIEW, Step.RELEARN}
    assert abs(reviews[0].at - time.time()) < 60
    assert seen.notes[IDS[1]].cards[0].reviews == ()
