"""Batches: many decisions share one commit. A single writer thread takes up to 256 of them, or what 2 ms bring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

A = TypeVar("A")
Q = TypeVar("Q")

MOST = 256
WAIT_SECONDS = 0.002


class Batch(Generic[Q, A]):
    """Collects questions by id, lets `decide` answer them together on the writer thread, answers each.

    A failure of the whole batch is the failure of each of its questions; nothing is asked twice. A batch gives way to
    the one it `yields_to`: an outcome that is written a little later harms nobody, an intent is a post on its way.
    """

    def __init__(
        self,
        writer: ThreadPoolExecutor,
        decide: Callable[[Mapping[str, Q]], Mapping[str, A]],
        yields_to: Batch[Any, Any] | None = None,
    ) -> None:
        self._writer = writer
        self._decide = decide
        self._yields_to = yields_to
        self._waiting: dict[str, tuple[Q, asyncio.Future[A]]] = {}
        self._running: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether questions wait or are being answered."""
        return self._running is not None

    async def ask(self, id: str, question: Q) -> A:
        """The answer to one question. Raises what `decide` raised for its batch; ValueError where one is waiting under
        this id already: its answer must not be taken for two.
        """
        if id in self._waiting:
            raise ValueError(f"{id} is being asked already")
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting[id] = (question, future)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        await asyncio.sleep(WAIT_SECONDS)
        while self._waiting:
            while self._yields_to is not None and self._yields_to.is_busy:
                await asyncio.sleep(WAIT_SECONDS)
            taken = {id: self._waiting.pop(id) for id in list(self._waiting)[:MOST]}
            await self._answer(taken)
        self._running = None

    async def _answer(self, taken: dict[str, tuple[Q, asyncio.Future[A]]]) -> None:
        loop = asyncio.get_running_loop()
        questions = {id: question for id, (question, _) in taken.items()}
        try:
            answers = await loop.run_in_executor(self._writer, self._decide, questions)
        except BaseException as fault:
            for _, future in taken.values():
                if not future.done():
                    future.set_exception(fault)
            return
        for id, (_, future) in taken.items():
            if not future.done():
                future.set_result(answers[id])
