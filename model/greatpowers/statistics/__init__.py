"""Statistics on tables of runs: robustness, sensitivity, scenario discovery, survival, war sizes, and their figures.

It takes tables and returns tables: nothing here plays a history. Studies that play their own runs are in `studies`.
Libraries of the extra `analysis` are imported when a method is called.
"""
