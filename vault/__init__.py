"""The organisation's vault for credentials: a leaf package of the standard library and `cryptography`.

Two layers (house §9). The **box** (`vault.box`) is how the web process puts a credential in: it can lock and cannot
unlock. The **vault** (`vault.safe`) is what the worker alone opens: for one named errand, after a durable audit entry,
and only what stands in the place asked for. `vault.keys` holds the keys, `vault.rotate` renews them, `vault.store`
says what storage has to keep.

Honest limits, which no setting changes:

* CPython cannot wipe memory. A credential that was opened may stay in the worker's memory until its page is used
  again; strings are copied by the interpreter and by every library they pass through. `Secret` keeps a value out of
  what is *written* (repr, logs, pickles, tracebacks), not out of memory, and Python code that means to can reach it.
* Root on the running worker, or a debugger attached to it, wins. So does whoever may run code inside the worker.
* Web and worker under one operating-system user are kept apart by non-possession, not by isolation: the web process
  is never given the key. Two users make it isolation.
* The web request that puts a credential into the box holds it in clear while it lasts. Afterwards the web process has
  it no more: on glibc its allocator overwrites what is freed (`gateway.cli.forgetting`; `tests/vault/test_memory.py`
  looks). Elsewhere it does not, and some of them stay until their memory is used again. Keys that open never come near.
* The box has no proof of sender. Whoever holds the public key can put something in; it becomes current only after the
  worker has asked the platform whose credential it is.
* An old row put back is refused by the floor the caller hands in (the audit log). It is as good as that log: the
  vault cannot know by itself what is newest. The worker keeps a snapshot of the floors, with a MAC, in its own folder
  (`vault.snapshot`); whoever takes that away, too, can put back an old row together with a log that agrees.
* The length of a sealed credential, and whose it is, can be seen by whoever can read the database.
* Losing the key (file or passphrase) loses the credentials. There is no back door; recovery is to re-authorise every
  account at its platform.
"""
