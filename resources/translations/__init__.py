"""The window in other languages: catalogues of Qt Linguist (.ts), and compiled (.qm) as the window loads them."""
