"""maild turns mail into incidents, keeps the promises made about them, and answers by mail."""

__version__ = "0.1.0"
