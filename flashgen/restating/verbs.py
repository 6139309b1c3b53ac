"""Verbs that technical prose uses, and their base forms."""

from __future__ import annotations

from flashgen.vocabulary import listed

_VERBS = listed(
    """accept accumulate add advertise affect aggregate allocate allow apply assign assume attach authenticate
    authorize avoid back balance batch become begin block break bring build bundle cache call capture catch cause
    change check choose close collect combine commit compare compile complete compress compute configure confirm
    connect consume contain control convert coordinate copy cover crawl create decide declare decouple define delay
    delegate delete deliver depend deploy describe detect determine differ disable discard discover display
    distribute divide download drop duplicate emit enable encode encourage enforce ensure evaluate evict examine
    exchange execute exist expand expect export expose extend fail fetch filter find fix follow force forward free
    gather generate get give grant group grow guarantee handle have help hide hold identify ignore improve include
    increase index inform inherit initialize inject insert inspect install interact interrupt introduce invalidate
    invert invoke involve isolate iterate join keep kill lack launch lead learn leave let limit link list listen
    lock lose lower maintain make manage map mark mask match maximize mean measure merge migrate minimize mirror
    model modify monitor move mutate need negotiate normalize notify observe obtain occupy offer omit open operate
    optimize order organize overlap overwrite own pack parse partition pass perform persist pick place point poll
    predict preempt preserve prevent process produce promise promote propagate protect prove provide publish pull
    push put queue raise reach read rebuild receive recognize recompute reconcile record recover redirect reduce
    refactor refer refresh refuse reject release rely remember remove render reorder repeat replace replay replicate
    report represent request require rescale reserve reset resolve respond restart restore restrain restrict result
    retain retry return reuse reveal rewrite route run save scan schedule select send separate serve set share shift
    show shrink simplify simulate skip slow solve sort spawn specify spin split spread squeeze start stop store
    stream strip submit subscribe supply support suppress suspend swap synchronize take teach tell terminate throw
    tolerate track transfer transform translate transmit traverse treat trigger trust try tune turn unify unload
    unlock update upgrade upload use validate verify wait wrap write yield"""
)


def base_form(word: str) -> str:
    """The base form of a verb that we know; '' for any other word."""
    for ending, base in (("", ""), ("s", ""), ("es", ""), ("ies", "y")):
        if word.endswith(ending) and (candidate := word.removesuffix(ending) + base) in _VERBS:
            return candidate
    return "have" if word == "has" else ""
