"""Forecasts by place: how likely each theatre of a scenario was to see force or war, and what came of it."""

from greatpowers.record.forecast.run import Forecast, forecast

__all__ = ["Forecast", "forecast"]
