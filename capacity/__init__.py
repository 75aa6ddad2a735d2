"""From forecasts to seats, and from seats to what customers will feel."""
