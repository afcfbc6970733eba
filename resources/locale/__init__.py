"""The station's catalogues, for gettext: what receiver/language.py speaks."""
