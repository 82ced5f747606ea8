"""An archive of mail, played through the real path under a virtual clock: nothing is sent, nothing kept."""
