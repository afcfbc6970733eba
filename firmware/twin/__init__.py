"""The twin of the door: a board, a camera and a cable without hardware."""
