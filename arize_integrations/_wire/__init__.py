"""What goes over the wire: operations, requests, answers, pages."""
