"""Where a request goes and how: endpoint, proxies, connections, deadlines."""
