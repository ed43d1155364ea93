"""Studies that run many histories to find an answer: sensitivity, scenario discovery, policy search, mechanisms, deals.

The statistics they use are in `statistics`, the batches they run in `experiments`.
"""
