"""One module per command, each with a `command`; a new one is found because its file is here."""
