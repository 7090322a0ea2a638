"""Every use case begins with `call.authorize`: read from the source, so that nobody forgets it in a new one."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import headwater.usecases

FOLDER = Path(inspect.getfile(headwater.usecases)).parent

EXCEPTIONS = {
    "me.get_me": "anybody who is somebody may ask who they are",
}


def use_cases() -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public functions that take a call and return an outcome."""
    for file in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _returns_outcome(node):
                yield f"{file.stem}.{node.name}", node


def test_every_use_case_begins_with_authorize() -> None:
    careless = {name for name, function in use_cases() if not _authorizes_first(function)}

    assert careless == set(EXCEPTIONS)


def test_there_are_as_many_use_cases_as_one_would_think() -> None:
    """That the search above finds them at all."""
    assert len([*use_cases()]) >= 25


def _returns_outcome(function: ast.FunctionDef) -> bool:
    return function.returns is not None and ast.unparse(function.returns).startswith("Outcome[")


def _authorizes_first(function: ast.FunctionDef) -> bool:
    first = function.body[1] if ast.get_docstring(function) else function.body[0]
    return any(isinstance(node, ast.Call) and ast.unparse(node.func) == "call.authorize" for node in ast.walk(first))
