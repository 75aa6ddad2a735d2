"""Simulation: the service that named people, with their skills and hours, give to customers who come at random."""

from capacity.simulation.arrivals import FixedArrivals
from capacity.simulation.outages import Outage
from capacity.simulation.run import simulate

__all__ = ["FixedArrivals", "Outage", "simulate"]
