"""`make bench`: speed and size against raw httpx, the plain generated client and the vendor's SDK."""
