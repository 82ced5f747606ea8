"""What a message is: who or what wrote it, what is new in it, whether that is proven, what it answers."""
