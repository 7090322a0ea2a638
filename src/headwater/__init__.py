"""Headwater: the source of truth for a team's secrets, and the stream that carries them into its clusters.

Nothing is exported here: each program is reached through `headwater.cli.main`.
"""

__version__ = "0.1.0"
