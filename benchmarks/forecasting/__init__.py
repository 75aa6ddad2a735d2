"""Forecasts of other spans than the coming week's intervals, measured on real arrivals."""
