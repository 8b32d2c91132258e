"""Batches: a thousand questions in a few commits, each answered for itself; a failure is everybody's."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from scheduler.batch import MOST, Batch


def twice(calls: list[int]) -> Callable[[Mapping[str, int]], dict[str, int]]:
    """Decides each question for itself and remembers how many came together."""

    def decide(questions: Mapping[str, int]) -> dict[str, int]:
        calls.append(len(questions))
        return {id: number * 2 for id, number in questions.items()}

    return decide


def test_a_thousand_questions_share_a_few_commits_and_each_gets_its_own_answer() -> None:
    async def ask() -> list[int]:
        with ThreadPoolExecutor(1) as writer:
            batch = Batch(writer, twice(calls))
            return await asyncio.gather(*(batch.ask(f"q{n}", n) for n in range(1000)))

    calls: list[int] = []
    assert asyncio.run(ask()) == [n * 2 for n in range(1000)]
    assert max(calls) <= MOST
    assert len(calls) <= 5


def test_the_failure_of_a_batch_reaches_each_question_and_the_next_batch_works() -> None:
    async def ask() -> None:
        with ThreadPoolExecutor(1) as writer:
            batch = Batch(writer, decide)
            first = await asyncio.gather(*(batch.ask(f"q{n}", n) for n in range(20)), return_exceptions=True)
            assert [type(one) for one in first] == [LookupError] * 20
            assert await batch.ask("again", 4) == 8
            assert not batch.is_busy

    def decide(questions: Mapping[str, int]) -> dict[str, int]:
        if not failed:
            failed.append(len(questions))
            raise LookupError("the database is away")
        return {id: number * 2 for id, number in questions.items()}

    failed: list[int] = []
    asyncio.run(ask())
    assert failed == [20]


def test_outcomes_give_way_while_intents_wait() -> None:
    order: list[str] = []
    slow = threading.Event()

    def intents(questions: Mapping[str, int]) -> dict[str, int]:
        slow.wait(0.1)
        order.append("intent")
        return dict(questions)

    def outcomes(questions: Mapping[str, int]) -> dict[str, int]:
        order.append("outcome")
        return dict(questions)

    async def ask() -> None:
        with ThreadPoolExecutor(1) as writer:
            first = Batch(writer, intents)
            second = Batch(writer, outcomes, first)
            late = asyncio.create_task(second.ask("b", 2))
            early = [asyncio.create_task(first.ask("a", 1))]
            await asyncio.sleep(0.05)
            early.append(asyncio.create_task(first.ask("c", 3)))
            await asyncio.gather(late, *early)

    asyncio.run(ask())
    assert order == ["intent", "intent", "outcome"]


def test_one_id_is_never_asked_twice_at_once() -> None:
    async def ask() -> None:
        with ThreadPoolExecutor(1) as writer:
            batch = Batch(writer, twice([]))
            first = asyncio.create_task(batch.ask("q", 1))
            await asyncio.sleep(0)
            with pytest.raises(ValueError, match="being asked already"):
                await batch.ask("q", 2)
            assert await first == 2

    asyncio.run(ask())


def test_a_question_that_nobody_waits_for_any_more_harms_no_other() -> None:
    def decide(questions: Mapping[str, int]) -> dict[str, int]:
        time.sleep(0.02)
        return {id: number * 2 for id, number in questions.items()}

    async def ask() -> None:
        with ThreadPoolExecutor(1) as writer:
            batch = Batch(writer, decide)
            gone = asyncio.create_task(batch.ask("gone", 1))
            stays = asyncio.create_task(batch.ask("stays", 2))
            await asyncio.sleep(0.01)
            gone.cancel()
            assert await stays == 4

    asyncio.run(ask())
