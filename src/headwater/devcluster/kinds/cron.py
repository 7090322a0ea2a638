"""Schedules of CronJobs: whether one can be read. Source: robfig/cron v3, parser.go."""

from typing import Final

_FIELDS: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
"""Least and most of minute, hour, day of the month, month and day of the week."""

_NAMES: Final = {
    3: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}
_DESCRIPTORS: Final = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})


def schedule_problem(schedule: str) -> str:
    """Why `schedule` is none; empty if it is one."""
    if schedule.startswith("@"):
        is_known = schedule in _DESCRIPTORS or schedule.startswith("@every ")
        return "" if is_known else f"unrecognized descriptor: {schedule}"
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"expected exactly {len(_FIELDS)} fields, found {len(fields)}: [{' '.join(fields)}]"
    found = (_part_problem(part, at) for at, field in enumerate(fields) for part in field.split(","))
    return next(filter(None, found), "")


def _part_problem(part: str, at: int) -> str:
    span, _, step = part.partition("/")
    words = [] if span in {"*", "?"} else span.split("-")
    numbers = [_number(word, at) for word in words]
    unread = [word for word, number in zip(words, numbers, strict=True) if number is None]
    if step and not step.isdecimal():
        unread.append(step)
    if unread:
        return f'failed to parse int from {unread[0]}: strconv.Atoi: parsing "{unread[0]}": invalid syntax'
    return _range_problem([number for number in numbers if number is not None], part, *_FIELDS[at])


def _range_problem(numbers: list[int], part: str, least: int, most: int) -> str:
    if not numbers:
        return ""
    if numbers[0] < least:
        return f"beginning of range ({numbers[0]}) below minimum ({least}): {part}"
    if numbers[-1] > most:
        return f"end of range ({numbers[-1]}) above maximum ({most}): {part}"
    if numbers[0] > numbers[-1]:
        return f"beginning of range ({numbers[0]}) beyond end of range ({numbers[-1]}): {part}"
    return ""


def _number(word: str, at: int) -> int | None:
    names = _NAMES.get(at, [])
    if word.lower() in names:
        return names.index(word.lower()) + _FIELDS[at][0]
    return int(word) if word.isdecimal() else None
