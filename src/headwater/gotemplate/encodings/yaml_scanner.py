"""PyYAML's scanner and parser, changed where go-yaml's differ: simple keys, tabs, directives and the end of a stream.

The surprise: a key that never met its colon is an error only when go-yaml looks at it again, which is later than PyYAML
does.
"""

import yaml

from headwater.gotemplate.encodings.yaml_scalars import Scalars

_FARTHEST_COLON = 1_024
_BLANKS = " \t"
_ENDS = "\0 \t\r\n\x85\u2028\u2029"


class Loader(Scalars):
    """Tokens and events as go-yaml has them."""

    def __init__(self, stream: str) -> None:
        self._numbers = [0]  # by flow level: the number of the token that may be a key there, or that opened it
        self._levels: dict[int, int] = {}  # by the number of a token: the flow level at which it may be a key
        super().__init__(stream)

    # Simple keys: those before a colon.

    def need_more_tokens(self) -> bool:
        """Whether the next token may yet turn out to follow a key."""
        if not self.tokens:
            return not self.done
        level = self._levels.get(self.tokens_taken)
        return level in self.possible_simple_keys and self._still_possible(level) and not self.done

    def save_possible_simple_key(self) -> None:
        super().save_possible_simple_key()
        key = self.possible_simple_keys.get(self.flow_level)
        if self.allow_simple_key and key is not None:
            self._numbers[self.flow_level] = key.token_number
            self._levels[key.token_number] = self.flow_level

    def remove_possible_simple_key(self) -> None:
        if self.flow_level in self.possible_simple_keys:
            self._levels.pop(self.possible_simple_keys[self.flow_level].token_number, None)
        super().remove_possible_simple_key()

    def stale_possible_simple_keys(self) -> None:
        """Nothing: go-yaml looks at a key when it needs it."""

    def _still_possible(self, level: int) -> bool:
        key = self.possible_simple_keys[level]
        if key.line == self.line and key.index + _FARTHEST_COLON >= self.index:
            return True
        if key.required:
            self.refuse(key.mark, "could not find expected ':'")
        del self.possible_simple_keys[level]
        return False

    def fetch_value(self) -> None:
        if self.flow_level in self.possible_simple_keys and self._still_possible(self.flow_level):
            self._levels.pop(self.possible_simple_keys[self.flow_level].token_number, None)
        super().fetch_value()

    def fetch_flow_collection_start(self, TokenClass: type[yaml.Token]) -> None:  # noqa: N803 - PyYAML's own name
        number = self.tokens_taken + len(self.tokens)
        super().fetch_flow_collection_start(TokenClass)
        self._numbers.append(number)

    def fetch_flow_collection_end(self, TokenClass: type[yaml.Token]) -> None:  # noqa: N803 - as above
        """go-yaml forgets that an empty collection may be a key."""
        super().fetch_flow_collection_end(TokenClass)
        if self.flow_level < 0:
            self.flow_level = 0
        else:
            self._levels.pop(self._numbers.pop(), None)

    def fetch_stream_end(self) -> None:
        """The end stands on a line of its own, and forgets no key of the levels around it."""
        if self.column:
            self.line, self.column = self.line + 1, 0
        keys = self.possible_simple_keys
        super().fetch_stream_end()
        self.possible_simple_keys = keys

    # Between tokens.

    def scan_to_next_token(self) -> None:
        """Tabs are space in the middle of a line alone."""
        while True:
            if self.index == 0 and self.peek() == "\ufeff":
                self.forward()
                self.column = 1
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            self._skip_comment()
            if not self._line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    # Directives.

    def scan_directive_name(self, start_mark: yaml.Mark) -> str:
        length = 0
        while self.peek(length).isascii() and (self.peek(length).isalnum() or self.peek(length) in "-_"):
            length += 1
        name: str = self.prefix(length)
        self.forward(length)
        if not name:
            self.refuse(start_mark, "could not find expected directive name")
        if self.peek() not in _ENDS:
            self.refuse(start_mark, "found unexpected non-alphabetical character")
        if name not in ("YAML", "TAG"):
            self.refuse(start_mark, "found unknown directive name")
        return name

    def scan_yaml_directive_value(self, start_mark: yaml.Mark) -> tuple[int, int]:
        self._skip(_BLANKS)
        major = self.scan_yaml_directive_number(start_mark)
        if self.peek() != ".":
            self.refuse(start_mark, "did not find expected digit or '.' character")
        self.forward()
        return major, self.scan_yaml_directive_number(start_mark)

    def scan_yaml_directive_number(self, start_mark: yaml.Mark) -> int:
        digits = ""
        while self.peek() in "0123456789":
            if len(digits) == len("12"):
                self.refuse(start_mark, "found extremely long version number")
            digits += self.peek()
            self.forward()
        if not digits:
            self.refuse(start_mark, "did not find expected version number")
        return int(digits)

    def scan_tag_directive_value(self, start_mark: yaml.Mark) -> tuple[str, str]:
        self._skip(_BLANKS)
        handle = self.scan_tag_handle("directive", start_mark)
        if self.peek() not in _BLANKS:
            self.refuse(start_mark, "did not find expected whitespace")
        self._skip(_BLANKS)
        prefix = self.scan_tag_uri("directive", start_mark)
        if self.peek() not in _ENDS:
            self.refuse(start_mark, "did not find expected whitespace or line break")
        return handle, prefix

    def scan_directive_ignored_line(self, start_mark: yaml.Mark) -> None:
        self._skip(_BLANKS)
        self._skip_comment()
        if self.peek() not in _ENDS:
            self.refuse(start_mark, "did not find expected comment or line break")
        self._line_break()

    def process_directives(self) -> object:
        """Version 1.1 alone is understood; it and each handle are named once."""
        self.yaml_version, self.tag_handles = None, dict[str, str]()
        while self.check_token(yaml.DirectiveToken):
            token = self.peek_token()  # type: ignore[no-untyped-call] # its stubs leave these out
            self._take_version(token) if token.name == "YAML" else self._take_handle(token)
            self.get_token()  # type: ignore[no-untyped-call] # as above
        named = dict(self.tag_handles)
        self.tag_handles = {**self.DEFAULT_TAGS, **named}
        return self.yaml_version, named or None

    def _take_version(self, token: yaml.DirectiveToken) -> None:
        if self.yaml_version is not None or token.value != (1, 1):
            duplicate = self.yaml_version is not None
            problem = "found duplicate %YAML directive" if duplicate else "found incompatible YAML document"
            raise yaml.parser.ParserError(None, None, problem, token.start_mark)
        self.yaml_version = token.value

    def _take_handle(self, token: yaml.DirectiveToken) -> None:
        handle, prefix = token.value
        if handle in self.tag_handles:
            raise yaml.parser.ParserError(None, None, "found duplicate %TAG directive", token.start_mark)
        self.tag_handles[handle] = prefix

    # Pairs in flow sequences.

    def parse_flow_sequence_entry_mapping_key(self) -> yaml.Event:
        """go-yaml swallows the token after a `?` without a key."""
        question = self.get_token()  # type: ignore[no-untyped-call] # as above
        if self.check_token(yaml.ValueToken, yaml.FlowEntryToken, yaml.FlowSequenceEndToken):
            self.get_token()  # type: ignore[no-untyped-call] # as above
            self.state = self.parse_flow_sequence_entry_mapping_value
            empty: yaml.Event = self.process_empty_scalar(question.end_mark)
            return empty
        self.states.append(self.parse_flow_sequence_entry_mapping_value)
        node: yaml.Event = self.parse_flow_node()  # type: ignore[no-untyped-call] # as above
        return node
