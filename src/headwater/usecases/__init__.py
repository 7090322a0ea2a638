"""What Headwater does, a module per noun: each function authorizes, acts, and returns what is to be recorded.

Plain functions on whatever thread calls them: they take a `Call`, never open or commit a transaction, and raise
domain errors. Who runs them, and when a reply may leave, is the server's business.
"""
