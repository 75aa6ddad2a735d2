"""Public nurse-rostering instances: a yardstick for rostering by the day, with others' best values beside ours."""
