"""The command line: the one place that owns signals, process-wide state, standard output and exit codes."""
