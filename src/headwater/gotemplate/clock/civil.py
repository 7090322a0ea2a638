"""The Gregorian calendar, before year 1 and after 9999 too."""

DAY = 86_400
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ERA_YEARS = 400
_ERA_DAYS = 146_097
_TO_UNIX = 719_468  # days from 1 March of year 0 to 1970
_THURSDAY = 4  # 1970-01-01
_FEBRUARY = 2


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in(month: int, year: int) -> int:
    return 29 if month == _FEBRUARY and is_leap(year) else _DAYS[month - 1]


def days_before(month: int) -> int:
    """Days of a common year before a month; month 13 is the year's end."""
    return sum(_DAYS[: month - 1])


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date whose month or day may lie outside its range."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    shifted = year - (month <= _FEBRUARY)
    era, of_era = divmod(shifted, _ERA_YEARS)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * _ERA_DAYS + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _TO_UNIX


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day."""
    era, of_era = divmod(days + _TO_UNIX, _ERA_DAYS)
    years = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9  # noqa: PLR2004 - March comes first
    return era * _ERA_YEARS + years + (month <= _FEBRUARY), month, of_year - (153 * shifted + 2) // 5 + 1


def weekday(days: int) -> int:
    """0 is Sunday."""
    return (days + _THURSDAY) % 7
