"""Text in, verdict with evidence out: scope and priority of a request."""
