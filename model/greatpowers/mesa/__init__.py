"""The engine as a `mesa.Model`, for people who work in Mesa, and a page of Solara.

Importing its modules imports Mesa, which takes a second or two; nothing else in the package does.
"""
