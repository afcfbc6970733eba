"""The chime."""
