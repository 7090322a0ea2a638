"""JSON merge patch. Source: RFC 7396."""

from headwater.devcluster.objects import Json


def merge_patched(target: Json, patch: Json) -> Json:
    """What the patch does not name is shared with `target`, not copied."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merge_patched(found.get(name), value)
    return found
