"""ExternalSecret: what it asks for, the values for it, what to do about it (pure), and doing it (`reconcile`)."""
