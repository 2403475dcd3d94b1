"""Building, trying and describing a release."""
