"""The model against the record of wars and disputes, and against what is plausible: measures, facts, scorecard.

Reading published files is in `historical`; fitting parameters is in `calibration`, predicting disputes in `hindcast`.
"""
