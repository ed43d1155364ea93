"""How results lie on disk: configuration, provenance, tables and directories that are written whole or not at all.

What is written is the business of each room.
"""
