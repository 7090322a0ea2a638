"""PyYAML's scanner, changed where go-yaml's differs: tabs, and directives that nobody knows."""

import yaml


def _line_break(loader: yaml.SafeLoader) -> str:
    found: str = loader.scan_line_break()  # type: ignore[no-untyped-call] # its stubs leave this one out
    return found


class Loader(yaml.SafeLoader):
    """PyYAML's scanner, but for tabs: go-yaml takes them for space in the middle of a line."""

    def scan_to_next_token(self) -> None:
        if self.index == 0 and self.peek() == "\ufeff":
            self.forward()
        while True:
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if self.peek() == "#":
                while self.peek() not in "\0\r\n\x85\u2028\u2029":
                    self.forward()
            if not _line_break(self):
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_directive_name(self, start_mark: yaml.Mark) -> str:
        name: str = super().scan_directive_name(start_mark)  # type: ignore[no-untyped-call] # as above
        if name not in ("YAML", "TAG"):
            problem = "found unknown directive name"
            raise yaml.scanner.ScannerError("while scanning a directive", start_mark, problem, self.get_mark())
        return name

    def scan_plain_spaces(self, indent: int, start_mark: yaml.Mark) -> list[str] | None:
        """The space and the line breaks inside a plain scalar; None before a document's end."""
        length = 0
        while self.peek(length) in " \t":
            length += 1
        blanks = self.prefix(length)
        self.forward(length)
        if self.peek() not in "\r\n\x85\u2028\u2029":
            return [blanks] if blanks else []
        first, breaks = _line_break(self), []
        self.allow_simple_key = True
        while True:
            if self.column == 0 and self.prefix(3) in ("---", "...") and self.peek(3) in "\0 \t\r\n\x85\u2028\u2029":
                return None
            if self.peek() == "\t" and self.column < indent:
                problem = "found a tab character that violates indentation"
                raise yaml.scanner.ScannerError("while scanning a plain scalar", start_mark, problem, self.get_mark())
            if self.peek() in " \t":
                self.forward()
            elif self.peek() in "\r\n\x85\u2028\u2029":
                breaks.append(_line_break(self))
            else:
                return [*([first] if first != "\n" else [" "] if not breaks else []), *breaks]
