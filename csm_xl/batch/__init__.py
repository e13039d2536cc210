"""People paid in shards: the engine as a function of Arrow tables, and a company paid by several processes.

What spans people is read and checked once, for the whole company, before anybody is paid. A shard is some
people with their own rows. What it is paid is what the whole run pays: every rule is the engine's own.
"""
