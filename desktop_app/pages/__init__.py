"""The pages of the window; each is given the station and the models, and knows no other page."""
