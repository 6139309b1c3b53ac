"""Talking to a language model: the client, its retries, the replies kept, the budget, and the choice of the model.

A model is a `types.Complete`. The parts wrap each other, outermost first:

    metered(remembered(persistent(stored(budgeted(Chat(…))))))

so that a reply from the cache costs no budget and takes no slot, and every try of a call is paid from the budget.
"""
