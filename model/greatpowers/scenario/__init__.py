"""What people write in TOML: scenarios, policies, doctrines, posteriors; checked, and built into what the core runs.

Running them is in `simulation`; worlds built from published data are in `historical`.
"""
