"""The Qt window around a Station."""
