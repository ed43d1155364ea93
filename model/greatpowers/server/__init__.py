"""The browser page: every change of a control plays the history and the ensemble again.

What a player sees and how the game is scored is in `game`; runs are in `simulation`.
"""
