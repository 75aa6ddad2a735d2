"""seatwise: from contact history to a roster with a proof and a simulated service."""

__version__ = "0.1.0"
