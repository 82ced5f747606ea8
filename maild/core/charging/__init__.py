"""What was bought: what pays for an incident, HotRush, the balance."""
