"""Models behind one seam (`interface`): only workers import what lies beside it.

Must not import torch: the environment that keeps it offline has to be set first.
"""

from core_server.engine.offline import set_environment

set_environment()
