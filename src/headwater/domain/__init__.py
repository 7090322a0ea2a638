"""What Headwater is about, as plain values: names, secrets, references, views, roles, activity.

Pure: nothing here reads a clock, a file, the environ or a socket. Every other package may use this one.
"""
