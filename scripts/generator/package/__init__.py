"""Source that is the same in every generated package: `tables` opens `contract.py`, the others are copied as they are."""
