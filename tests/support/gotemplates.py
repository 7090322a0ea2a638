"""Rendering a template in a test, with the world around it held still."""

import time

from headwater.gotemplate import Ambient, Limits, MissingKey, Template, TemplateError
from headwater.gotemplate.values.values import Value

NOON = 1_614_859_200_000_000_000  # 2021-03-04 12:00 UTC, in nanoseconds


def ambient(limits: Limits | None = None) -> Ambient:
    """A clock that stands at noon, randomness that counts, and a deadline for a slow machine."""
    taken = limits if limits is not None else Limits(seconds=30)
    return Ambient(
        now=lambda: NOON,
        zone="UTC",
        random=lambda count: bytes(at % 256 for at in range(count)),
        deadline=time.monotonic() + taken.seconds,
        limits=taken,
    )


def render(text: str, data: dict[str, str | bytes] | None = None, *, missing: str = "error") -> str:
    template = Template.parse(text, name="t", missing_key=MissingKey(missing))
    return template.render(data or {}, ambient=ambient()).decode("utf-8", "backslashreplace")


def render_value(text: str, dot: Value) -> str:
    return Template.parse(text, name="t").render_value(dot, ambient=ambient()).decode()


def refusal(text: str, data: dict[str, str | bytes] | None = None, *, missing: str = "error") -> str:
    """Go's text of the error that this template ends in, without `template: t:`."""
    try:
        shown = render(text, data, missing=missing)
    except TemplateError as error:
        return error.exact.decode("utf-8", "backslashreplace").removeprefix("template: t:")
    raise AssertionError(f"rendered: {shown}")
