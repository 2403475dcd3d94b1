"""Integrations as a file: reading one, planning what would change, and applying it."""
