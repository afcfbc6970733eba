"""Parts of pages that know Qt and nothing of the station."""
