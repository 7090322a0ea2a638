"""Server-sent events, read as the standard says: any line ending, comments, several data lines, split anywhere.

Surprise: the field `event` matters little; Doppler's stream says what happened inside the data.
"""

import codecs
import re
from dataclasses import dataclass, field

from headwater.client.errors import BadReplyError

MAX_EVENT_CHARACTERS = 65_536

_LINE_END = re.compile(r"\r\n|\n|\r(?!$)")
"""A CR at the end of what has arrived may be half of a CRLF: it waits for the next chunk."""


@dataclass(slots=True)
class EventReader:
    """Turns chunks of a stream into the data of whole events; comments, ids and retry hints are skipped.

    Source: WHATWG HTML, "Parsing an event stream".
    """

    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    )
    _rest: str = ""
    _data: list[str] = field(default_factory=list)

    def read(self, chunk: bytes) -> list[str]:
        """The data of every event that `chunk` completes.

        Raises:
            BadReplyError: an event that never ends.
        """
        *lines, self._rest = _LINE_END.split(self._rest + self._decoder.decode(chunk))
        events = [event for line in lines if (event := self._take(line)) is not None]
        if len(self._rest) + sum(map(len, self._data)) > MAX_EVENT_CHARACTERS:
            raise BadReplyError("the stream sent an event that does not end")
        return events

    def _take(self, line: str) -> str | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        return None

    def _dispatch(self) -> str | None:
        if not self._data:
            return None
        event = "\n".join(self._data)
        self._data.clear()
        return event
