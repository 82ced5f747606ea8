"""Facts in, text out: the mails that maild writes."""
