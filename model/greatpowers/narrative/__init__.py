"""What happened and why, in words: chronicles of a history, explanations of its choices, and accounts of two runs.

It reads histories of `simulation`. It plays nothing and draws nothing.
"""
