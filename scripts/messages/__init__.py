"""Every message of the package in one place, to be read one after another. See `__main__`."""
