"""The functions, by Sprig's families and ESO's; each module declares its own in the registry.

The surprise: importing this package imports nothing. `headwater.gotemplate.functions.catalogue` lists the modules.
"""
