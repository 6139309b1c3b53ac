"""One question to the model, and a second chance: a reply that can't be used is answered with what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flashgen.errors import BadReply
from flashgen.types import Complete, Message, Prompt, Reply

T = TypeVar("T")

Spoil = Callable[[Prompt], None]
"""Say that the stored reply to a prompt was of no use, so that the next run asks again."""

_MOST_TOKENS = 16_384


def never_mind(prompt: Prompt) -> None:
    """A Spoil for where no replies are stored."""


async def answered(complete: Complete, prompt: Prompt, read: Callable[[str, bool], T], spoil: Spoil) -> T:
    """What `read` makes of the reply, asked once more with the fault named where it can't be used.

    `read` gets the text and whether this is the last try. Raises BadReply when the second reply is no better; both are
    then spoilt, so that the next run asks anew.
    """
    reply = await complete(prompt)
    try:
        return read(_said(reply), False)
    except BadReply as fault:
        again = corrected(prompt, fault, cut=reply.finish == "length")
    reply = await complete(again)
    try:
        return read(_said(reply), True)
    except BadReply:
        spoil(prompt)
        spoil(again)
        raise


def corrected(prompt: Prompt, fault: BadReply, *, cut: bool) -> Prompt:
    """`prompt` with the fault of its first reply named at the end, and twice the room where that was cut."""
    *before, last = prompt.messages
    remark = (
        f"\n\nA first reply to this could not be used: {fault}. Reply again, with the one JSON object that was asked "
        "for and nothing else."
    )
    room = min(_MOST_TOKENS, 2 * prompt.max_tokens) if cut else prompt.max_tokens
    return replace(prompt, messages=(*before, Message(last.role, last.content + remark)), max_tokens=room)


def _said(reply: Reply) -> str:
    """The text of a reply that is whole. Raises BadReply."""
    if reply.refusal or reply.finish == "content_filter":
        raise BadReply("the model declined to answer")
    if reply.finish == "length":
        raise BadReply("it was too long and broke off")
    return reply.text
