"""Great powers: a simulation of revisionist powers, rules-based order, and the policies between them.

The public names, listed in ``__init__.pyi``. Each is fetched from its room when it is first used, so that importing the
package costs next to nothing.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
