"""PyYAML's errors in go-yaml's words, with the line that go-yaml gives.

The surprise: a line is given only from the second one on, and scanner's errors count it from 1, parser's from 0.
"""

import re

import yaml

from headwater.gotemplate.errors import GoError


class YamlError(GoError):
    """An error of go-yaml itself."""

    def __init__(self, text: str) -> None:
        super().__init__(f"yaml: {text}")


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
    (r"found undefined tag handle .*", "found undefined tag handle"),
    (r"found unexpected document separator", "found unexpected document indicator"),
)


def worded(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", "") or ""
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    problem_line, context_line = _line(mark), _line(getattr(error, "context_mark", None))
    line = problem_line + isinstance(error, yaml.scanner.ScannerError) if problem_line else context_line
    return (f"line {line}: " if line else "") + _reworded(problem, context)


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
