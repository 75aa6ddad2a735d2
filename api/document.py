"""The OpenAPI document as a file, for who makes clients of it: ``python -m api.document FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from api.app import make_app
from api.service import Service
from api.settings import Settings


def main(words: list[str]) -> None:
    """Write the document."""
    (place,) = words
    service = Service.start(Settings.of({}, database_url="sqlite://"))
    Path(place).write_text(json.dumps(make_app(service).openapi(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
