"""Source that is the same in every generated package: `tables` opens `contract.py`, `types` is copied as it is."""
