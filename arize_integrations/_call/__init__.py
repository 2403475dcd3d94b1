"""What happens to a call: decided in `exchange`, carried out by `sync_session` and `async_session`."""
