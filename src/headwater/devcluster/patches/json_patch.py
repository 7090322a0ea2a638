"""JSON patch. Source: RFC 6902; the words of its errors are those of evanphx/json-patch, which clients print."""

from headwater.devcluster.objects import Json, Object


class JsonPatchError(Exception):
    """The patch cannot be applied to this object."""


def json_patched(target: Json, operations: list[Object]) -> Json:
    """Raises: JsonPatchError."""
    for operation in operations:
        target = _applied(target, operation)
    return target


def _applied(target: Json, operation: Object) -> Json:
    path = str(operation.get("path", ""))
    match operation.get("op"):
        case "add":
            return _put(target, _steps(path), operation.get("value"), path, insert=True)
        case "replace":
            return _put(target, _steps(path), operation.get("value"), path, insert=False)
        case "remove":
            return _without(target, _steps(path), path)
        case "test":
            _test(target, path, operation.get("value"))
            return target
        case "copy" | "move" as kind:
            source = str(operation.get("from", ""))
            value = _found(target, _steps(source), source, kind)
            rest = _without(target, _steps(source), source) if kind == "move" else target
            return _put(rest, _steps(path), value, path, insert=True)
        case other:
            raise JsonPatchError(f"Unexpected kind: {other}")


def _steps(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise JsonPatchError(f"no path within the object: {path}")
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _test(target: Json, path: str, value: Json) -> None:
    try:
        found = _found(target, _steps(path), path, "test")
    except JsonPatchError:
        found = None
    if found != value:
        raise JsonPatchError(f"testing value {path} failed: test failed")


def _found(target: Json, steps: list[str], path: str, kind: str) -> Json:
    for step in steps:
        if isinstance(target, dict) and step in target:
            target = target[step]
        elif isinstance(target, list) and step.isdecimal() and int(step) < len(target):
            target = target[int(step)]
        else:
            raise _missing(kind, path)
    return target


def _put(target: Json, steps: list[str], value: Json, path: str, *, insert: bool) -> Json:
    if not steps:
        return value
    first, rest = steps[0], steps[1:]
    if isinstance(target, dict):
        # a key that is not there is added by a replace too, as the API server does it
        if rest and first not in target:
            raise _missing("add", path)
        return {**target, first: _put(target.get(first), rest, value, path, insert=insert)}
    if isinstance(target, list):
        return _put_item(target, steps, value, path, insert=insert)
    raise _missing("add", path)


def _put_item(target: list[Json], steps: list[str], value: Json, path: str, *, insert: bool) -> Json:
    most = len(target) if insert and not steps[1:] else len(target) - 1
    index = len(target) if steps[0] == "-" else _index(steps[0], most, path)
    if steps[1:]:
        return [*target[:index], _put(target[index], steps[1:], value, path, insert=insert), *target[index + 1 :]]
    return [*target[:index], value, *target[index if insert else index + 1 :]]


def _without(target: Json, steps: list[str], path: str) -> Json:
    if not steps:
        raise JsonPatchError("remove operation does not apply: the object itself cannot be removed")
    first, rest = steps[0], steps[1:]
    if isinstance(target, dict):
        if first not in target:
            raise JsonPatchError(f"remove operation does not apply: doc is missing key: {path}: missing value")
        if rest:
            return {**target, first: _without(target[first], rest, path)}
        return {name: value for name, value in target.items() if name != first}
    if isinstance(target, list):
        index = _index(first, len(target) - 1, path)
        below = [_without(target[index], rest, path)] if rest else []
        return [*target[:index], *below, *target[index + 1 :]]
    raise JsonPatchError(f"remove operation does not apply: doc is missing path: {path}: missing value")


def _index(step: str, most: int, path: str) -> int:
    if not step.isdecimal() or int(step) > most:
        raise JsonPatchError(f"error in add for path: '{path}': Unable to access invalid index: {step}: invalid index")
    return int(step)


def _missing(kind: str, path: str) -> JsonPatchError:
    doing = "add" if kind == "add" else kind
    if kind == "replace":
        return JsonPatchError(f"replace operation does not apply: doc is missing key: {path}: missing value")
    return JsonPatchError(f'{doing} operation does not apply: doc is missing path: "{path}": missing value')
