"""The rest of today: re-forecast, net staffing, and ranked actions with their effect and price."""
