"""The door-security station without a screen: everything Porchlight does, reachable without Qt."""

__version__ = "0.1.0"
