"""The Mesa facade: the engine as a `mesa.Model`, for people who work in Mesa.

Importing this room imports Mesa, which takes a second or two; nothing else in the package does.
"""

from greatpowers.mesa_model.agents import StateAgent, TheatreAgent
from greatpowers.mesa_model.appraisal import Appraisal, Options
from greatpowers.mesa_model.model import GreatPowersModel

__all__ = ["Appraisal", "GreatPowersModel", "Options", "StateAgent", "TheatreAgent"]
