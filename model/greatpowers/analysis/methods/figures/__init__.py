"""Figures of the methods' tables, each with its unit, its uncertainty and how many runs it rests on."""
