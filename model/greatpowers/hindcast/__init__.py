"""Predictions held against what happened: disputes of pairs from past years, and conflict by theatre of a scenario.

Worlds are built in `historical`; aggregate facts are in `validation`.
"""
