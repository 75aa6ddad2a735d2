"""The elastic frontier: what each cap on elastic seats costs, and the service it buys."""

from planning.frontier.points import Frontier, FrontierPoint
from planning.frontier.trace import trace_frontier

__all__ = ["Frontier", "FrontierPoint", "trace_frontier"]
