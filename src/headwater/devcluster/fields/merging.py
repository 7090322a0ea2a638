"""Objects put together and taken apart by fields, as the schema says which lists have keys."""

from headwater.devcluster.fields.sets import FieldSet
from headwater.devcluster.fields.steps import is_granular_list, is_granular_map, item_step, items_by_step
from headwater.devcluster.objects import Json
from headwater.devcluster.schemas.node import Node


def merged(live: Json, configuration: Json, node: Node | None) -> Json:
    """`configuration` over `live`; what is the same stays the same object."""
    if is_granular_map(live, node) and is_granular_map(configuration, node):
        found = dict(live)
        for name, value in configuration.items():
            child = node.child(name) if node is not None else None
            found[name] = merged(live[name], value, child) if name in live else value
        return live if found == live else found
    if is_granular_list(live, node) and is_granular_list(configuration, node):
        assert node is not None
        return _merged_lists(live, configuration, node)
    return live if live == configuration else configuration


def removed(value: Json, dropped: FieldSet, node: Node | None) -> Json:
    """Without the members of `dropped` and all that is in them; nobody owns what was filled in there."""
    if isinstance(value, dict):
        found = {}
        for name, held in value.items():
            step = dropped.get(f"f:{name}")
            child = node.child(name) if node is not None else None
            if step is None:
                found[name] = held
            elif (left := _left(held, step, child)) is not None and not _is_emptied(held, left, child):
                found[name] = left
        return found
    if is_granular_list(value, node):
        assert node is not None
        kept = ((item, dropped.get(item_step(item, node))) for item in value)
        lefts = [item if step is None else _left(item, step, node.items) for item, step in kept]
        return [item for item in lefts if item is not None]
    return value


def _is_emptied(before: Json, left: Json, node: Node | None) -> bool:
    """A list of a built-in kind that has nothing in it is as good as none."""
    return left == [] and before != [] and node is not None and not node.custom


def _left(value: Json, step: FieldSet, node: Node | None) -> Json:
    """What stays of a value of which `step` is taken away; None if it goes as a whole."""
    return None if not step or "." in step else removed(value, step, node)


def _merged_lists(live: list[Json], configuration: list[Json], node: Node) -> list[Json]:
    wanted = items_by_step(configuration, node)
    found = []
    for item in live:
        step = item_step(item, node)
        found.append(merged(item, wanted.pop(step), node.items) if step in wanted else item)
    result = [*found, *wanted.values()]
    return live if result == live else result
