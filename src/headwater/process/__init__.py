"""What every program needs in order to run: settings, logging that redacts, metrics, health, clock.

A program is `async run(settings, *, ready, stop)`; only `headwater.cli` owns signals and process-wide state, so that
several programs can run in one event loop.
"""
