"""From history to forecast: means, bands, handle times, scenarios, and how each was chosen."""
