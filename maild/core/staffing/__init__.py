"""Who does what, and who hears of it: owners, mornings, the week."""
