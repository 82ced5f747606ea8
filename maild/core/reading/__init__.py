"""Bytes in, a Message out: what a received mail says and carries."""
