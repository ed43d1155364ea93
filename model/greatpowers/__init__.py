"""Great powers: a simulation of revisionist powers, rules-based order, and the policies between them.

    import greatpowers as gp

    history = gp.simulate("2017", "half-a-loaf", seed=3)            # one history
    print(gp.chronicle(history))                                    # what happened
    print(gp.explain(history))                                      # why
    found = gp.compare("2017", ["containment", "half-a-loaf"], seeds=200)
    found.table, found.differences, found.plot()                    # which policy does better, on the same luck
    print(gp.divergence(gp.fork(history, at_round=8, policy="containment")))

Scenarios and policies are objects, names (`gp.names("scenarios")`, `gp.names("policies")`) or paths of files; `seeds`
is a number, for seeds from 0 on, or the seeds. Results show themselves in a notebook, and have tables, `plot()` and
`save()`. What is wrong is said by `GreatPowersError`. `dir(greatpowers)` lists all public names, each with a `help()`.
"""

import lazy_loader

__version__ = "0.1.0"

# Each name is fetched from its room when it is first used, so that importing the package costs next to nothing.
__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)

# What a star brings and `help(greatpowers)` tells of; the public names are those of `__init__.pyi`.
__all__ = ["chronicle", "compare", "divergence", "ensemble", "explain", "fork", "names", "simulate"]
