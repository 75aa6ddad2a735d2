"""``python -m seatwise``: the command line."""

from api.cli import main

main()
