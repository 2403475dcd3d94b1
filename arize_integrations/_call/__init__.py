"""What happens to a call: decided in `session`, carried out by `drivers`."""
