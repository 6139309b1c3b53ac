"""Verbs that technical prose uses, and their base forms."""

from __future__ import annotations

from flashgen.vocabulary import listed

_VERBS = listed(
    """accept add affect aggregate allocate allow apply assign assume avoid balance batch block break bring build
    bundle cache call capture cause change check choose collect combine compare compress compute connect contain
    control convert copy cover create decide declare decouple define delay delegate delete deliver depend describe
    detect determine differ disable discard distribute divide drop emit enable encode encourage enforce ensure evict
    examine exchange execute expand expect expose extend fail filter find fix follow force forward free gather
    generate get give grant group grow guarantee handle have help hide hold identify ignore improve include increase
    index inherit inject insert introduce invalidate invoke involve isolate join keep kill lack lead learn leave let
    limit link list listen lock lose lower maintain make manage map mark mask match mean measure merge minimize
    mirror model modify monitor move need notify obtain offer omit open optimize order organize overwrite own parse
    partition pass perform pick place point predict preserve prevent process produce promise propagate protect prove
    provide publish pull push put queue raise reach read rebuild receive record recover redirect reduce refer reject
    release rely remember remove render reorder repeat replace replicate report represent request require reserve
    reset resolve respond restore restrict result retain retry return reuse reveal rewrite route run save scan
    schedule select send separate serve set share shift show shrink simplify skip slow solve sort specify split
    spread start stop store stream submit support suspend swap synchronize take tell throw tolerate track transfer
    transform translate transmit treat trigger trust try turn update use validate verify wait wrap write yield"""
)


def base_form(word: str) -> str:
    """The base form of a verb that we know; '' for any other word."""
    for ending, base in (("", ""), ("s", ""), ("es", ""), ("ies", "y")):
        if word.endswith(ending) and (candidate := word.removesuffix(ending) + base) in _VERBS:
            return candidate
    return "have" if word == "has" else ""
