"""The pure core: what a mail is, what it asks, what we decide. No I/O, no clock, no logging."""
