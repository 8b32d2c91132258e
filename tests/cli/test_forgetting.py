"""The environment in which the web process forgets; that it then does is seen in tests/vault/test_memory.py."""

from __future__ import annotations

from gateway.cli.forgetting import TUNABLES, forgetting


def test_what_was_set_otherwise_stays() -> None:
    found = forgetting({"HOME": "/home/olu", "GLIBC_TUNABLES": "glibc.malloc.arena_max=2"})
    assert found["HOME"] == "/home/olu"
    assert found["PYTHONMALLOC"] == "malloc"
    assert found["GLIBC_TUNABLES"] == f"glibc.malloc.arena_max=2:{TUNABLES}"


def test_a_process_that_forgets_already_is_not_started_over() -> None:
    once = forgetting({})
    assert forgetting(once) == once
