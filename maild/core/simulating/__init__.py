"""What a simulation needs that is no I/O: when mails came, how long people take, what it all comes to."""
