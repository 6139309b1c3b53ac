"""Past one machine: the work on articles, done by the workers of a Dask cluster.

    here                                            on a worker
    agenda → parcels (`parcels`)  ────────────────→ fetch, read, draft, gate (`work`)
    the model, its cache, its budget (`desk`) ←───→ its questions, through the scheduler (`line`)
    store ←──────────────────────────────────────── what came of each article

One writes, one pays: every question to the model comes here, where replies are stored before anybody sees them. So a
worker that dies costs a retry, and neither a card nor a bill; and no key is on a worker or in a task.
"""
