"""What follows from a mail, or from time: a case in, actions out."""
