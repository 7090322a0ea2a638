"""The number of replicas of a custom kind that can be scaled.

Source: k8s.io/apiextensions-apiserver pkg/registry/customresource/validator.go.
"""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.objects import Object, get_in
from headwater.devcluster.resource_types import ScalePaths
from headwater.devcluster.status import Cause, invalid_value

_MOST: Final = 2**31 - 1


def scale_problems(found: Object, paths: ScalePaths) -> Iterator[Cause]:
    for path in (paths.replicas, paths.status):
        number = get_in(found, *path)
        field = "." + ".".join(path)
        if not isinstance(number, int):
            continue
        if number < 0:
            yield invalid_value(field, number, "should be a non-negative integer")
        elif number > _MOST:
            yield invalid_value(field, number, f"should be less than or equal to {_MOST}")
