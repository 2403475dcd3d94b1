"""Where a request goes and how: endpoint, connections, deadlines."""
