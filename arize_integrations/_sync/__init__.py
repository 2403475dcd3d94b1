# Made from arize_integrations/_async by `make generate`; do not edit: change the async text.
"""The async client, written by hand. The sync one is made from it: see `scripts/generator/unasync.py`."""
