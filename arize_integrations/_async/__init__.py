"""The async client, written by hand. The sync one is made from it: see `scripts/generator/unasync.py`."""
