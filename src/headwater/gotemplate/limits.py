"""How much a template may take: the only differences from Go, and why a tenant's template cannot stall the operator.

The surprise: time is looked at only every few steps, so whatever loops calls `step`, and whatever builds a long value
asks `allot` before it builds it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from headwater.gotemplate.errors import LimitError

_STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 16  # each may be a call that takes a tenth of a second
_STEP_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, lengths in elements, depths in levels, time in seconds."""

    source: int = 1 << 20
    items: int = 100_000  # names, literals, marks, spaces between them and texts, in the source
    output: int = 4 << 20
    text: int = 2 << 20  # one string; a Secret holds half of it
    memory: int = 64 << 20  # bytes that functions may make in one rendering, freed ones included
    steps: int = 1_000_000
    length: int = 100_000  # elements of one list or map
    nesting: int = 60  # parentheses and blocks within each other, in the source
    templates: int = 50  # templates that call each other; Go stops at 100,000
    data_depth: int = 100  # lists and maps within each other when they are printed, encoded or compared
    seconds: float = 5.0


class Meter:
    """What one rendering has taken so far.

    Raises LimitError from every method once a limit is passed.
    """

    __slots__ = ("_clock", "_deadline", "_depth", "_memory", "_next_look", "_steps", "limits")

    def __init__(self, limits: Limits, *, deadline: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._deadline = deadline
        self._steps = limits.steps
        self._next_look = max(limits.steps - _STEPS_BETWEEN_LOOKS_AT_THE_CLOCK, 0)
        self._memory = limits.memory
        self._depth = 0

    def start(self, longest: int) -> None:
        """Before all else: data whose longest string has so many bytes."""
        if longest > self.limits.text:
            raise LimitError(f"text is longer than {self.limits.text} bytes")
        if self._deadline <= self._clock():
            raise LimitError("template takes too long")

    def step(self, count: int = 1) -> None:
        self._steps -= count
        if self._steps < self._next_look:
            self._pause()

    def _pause(self) -> None:
        if self._steps < 0:
            raise LimitError(f"template takes more than {self.limits.steps} steps")
        next_look = self._steps - _STEPS_BETWEEN_LOOKS_AT_THE_CLOCK
        self._next_look = next_look if next_look > 0 else 0  # noqa: FURB136 - max() takes longer
        if self._deadline <= self._clock():
            raise LimitError("template takes too long")

    def look(self) -> float:
        """Seconds that are left; at least one call of this stands before anything slow."""
        left = self._deadline - self._clock()
        if left <= 0:
            raise LimitError("template takes too long")
        return left

    def allot(self, size: int) -> None:
        """Make room for `size` bytes, before they are made."""
        self._memory -= size
        if size > _STEP_BYTES or self._memory < 0:
            self._take_long(size)

    def _take_long(self, size: int) -> None:
        if self._memory < 0:
            raise LimitError(f"template makes values of more than {self.limits.memory} bytes")
        self.step(size // _STEP_BYTES)

    def result(self, size: int) -> None:
        """A string of `size` bytes has been made."""
        if size > self.limits.text:
            raise LimitError(f"text is longer than {self.limits.text} bytes")
        self.allot(size)

    def called(self, made: int) -> None:
        """A function was called, and made a string of so many bytes: a step and a result in one."""
        self._steps -= 1
        self._memory -= made
        if made > _STEP_BYTES or self._steps < self._next_look or self._memory < 0:
            self._memory += made
            self.step(0)
            self.result(made)

    def elements(self, count: int) -> None:
        """Make room for a list of `count` elements, before it is made."""
        if count > self.limits.length:
            raise LimitError(f"list is longer than {self.limits.length} elements")
        self.step(count)

    def output(self, parts: list[bytes]) -> bytes:
        """The output of these parts, which are measured before they are copied unless they are few."""
        limits = self.limits
        few = len(parts) * limits.text <= limits.memory
        text = b"".join(parts) if few or sum(map(len, parts)) <= limits.output else None
        if text is None or len(text) > limits.output:
            raise LimitError(f"output is longer than {limits.output} bytes")
        return text

    def enter(self, elements: int = 1) -> None:
        """One level down in nested data, to so many elements; `leave` is the way back."""
        self._depth += 1
        if self._depth > self.limits.data_depth:
            raise LimitError(f"data is nested more than {self.limits.data_depth} levels deep")
        self.step(elements)

    def leave(self) -> None:
        self._depth -= 1
