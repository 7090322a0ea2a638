"""What a person sees: each step as it is done, with the time since the start; later each change as it arrives.

Names only: nothing that comes here holds a value. Plain lines when standard output is no terminal.
"""

import time
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """Something was done; `ms` after the start."""

    ms: float
    text: str


@dataclass(slots=True)
class Screen:
    """Prints as things happen; a silent one only remembers, for a report at the end."""

    silent: bool = False
    steps: list[Step] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)
    _console: Console = field(default_factory=lambda: Console(highlight=False))

    def step(self, text: str) -> None:
        step = Step(1000 * (time.monotonic() - self._started), text)
        self.steps.append(step)
        self._print((f"{step.ms / 1000:6.2f} s  ", "green"), (text, ""))

    def event(self, text: str, style: str = "") -> None:
        """Something happened, at this moment of the day."""
        self._print((f"{time.strftime('%H:%M:%S')}  ", "dim"), (text, style))

    def line(self, text: str = "", style: str = "") -> None:
        self._print((text, style))

    def _print(self, *parts: tuple[str, str]) -> None:
        if not self.silent:
            self._console.print(Text.assemble(*parts), soft_wrap=True)
