"""JSON: one flat object of strings, keys sorted, no spaces, UTF-8 left as it is.

Source: Doppler's own end-to-end tests compare these bytes.
"""

import json
from collections.abc import Mapping

from headwater.formats.base import Format


def write(secrets: Mapping[str, str]) -> str:
    return json.dumps(secrets, separators=(",", ":"), ensure_ascii=False)


format = Format(name="json", content_type="application/json", write=write)  # noqa: A001 - the name that is listed
