"""Reading and vendoring the upstream document."""
