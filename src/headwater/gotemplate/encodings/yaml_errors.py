"""PyYAML's errors in go-yaml's words, with the line that go-yaml gives.

The surprise: a line is given only from the second one on, and scanner's errors count it from 1, parser's from 0.
"""

import re

import yaml

_PROBLEMS = (
    (r"found character .* that cannot start any token", "found character that cannot start any token"),
    (r"expected ',' or ']', but got .*", "did not find expected ',' or ']'"),
    (r"expected ',' or '}', but got .*", "did not find expected ',' or '}'"),
    (r"expected the node content, but found .*", "did not find expected node content"),
    (r"expected '<document start>', but found .*", "did not find expected <document start>"),
    (r"mapping values are not allowed here", "mapping values are not allowed in this context"),
    (r"sequence entries are not allowed here", "block sequence entries are not allowed in this context"),
    (r"mapping keys are not allowed here", "mapping keys are not allowed in this context"),
    (
        r"expected alphabetic or numeric character, but found .*",
        "did not find expected alphabetic or numeric character",
    ),
    (r"expected chomping or indentation indicators, but found .*", "did not find expected comment or line break"),
    (r"expected a comment or a line break, but found .*", "did not find expected comment or line break"),
    (r"expected a digit or '.', but found .*", "did not find expected digit or '.' character"),
    (r"expected a digit, but found .*", "did not find expected version number"),
    (r"found unknown escape character .*", "found unknown escape character"),
    (r"expected escape sequence of .*", "did not find expected hexdecimal number"),
    (r"found undefined tag handle .*", "found undefined tag handle"),
    (r"expected (?:URI|' '|'!'|'>').*, but found .*", "did not find expected tag URI"),
    (r"expected indentation indicator in the range 1-9, but found 0", "found an indentation indicator equal to 0"),
)


def worded(error: yaml.YAMLError, length: int) -> str:
    """`length` is that of the text; at its end go-yaml has already begun a new line."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", "") or ""
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    at_end = getattr(mark, "index", 0) >= length and bool(getattr(mark, "column", 0))
    problem_line = _line(mark) + (at_end and problem.endswith(("'<stream end>'", "could not find expected ':'")))
    context_line = _line(getattr(error, "context_mark", None))
    line = problem_line + isinstance(error, yaml.scanner.ScannerError) if problem_line else context_line
    if "directive" in context and problem.startswith("expected alphabetic"):
        return (f"line {line}: " if line else "") + _directive_problem(error)
    return (f"line {line}: " if line else "") + _reworded(problem, context)


def _directive_problem(error: yaml.YAMLError) -> str:
    start, found = (getattr(getattr(error, name), "column", 0) for name in ("context_mark", "problem_mark"))
    return (
        "could not find expected directive name"
        if found == start + 1
        else "found unexpected non-alphabetical character"
    )


def _line(mark: object) -> int:
    line = getattr(mark, "line", 0)
    return line if isinstance(line, int) else 0


def _reworded(problem: str, context: str) -> str:
    if problem.startswith("expected <block end>"):
        return "did not find expected key" if "mapping" in context else "did not find expected '-' indicator"
    for pattern, text in _PROBLEMS:
        if re.fullmatch(pattern, problem, re.DOTALL):
            return text
    return problem
