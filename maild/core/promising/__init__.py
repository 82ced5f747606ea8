"""By when: opening hours, targets, clocks and their steps."""
