"""The style sheet and the arrows it needs."""
