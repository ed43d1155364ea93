"""Published data files, and the worlds of any year from 1816 to 2016 that are built from them.

It plays nothing. What the model does in these worlds is measured in `validation` and `hindcast`.
"""
