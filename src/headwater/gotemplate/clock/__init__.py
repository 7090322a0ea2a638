"""Go's time: instants, durations, zones and layouts."""
