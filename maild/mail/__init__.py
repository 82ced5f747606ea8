"""The outside of mail: IMAP and LMTP/SMTP in, SMTP and maildir out."""
