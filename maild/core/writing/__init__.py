"""Mails of ours: their facts, their header, their bytes, and the check before they leave."""
