"""``python -m seatwise``: the command line."""

from api.commands.cli import main

main()
