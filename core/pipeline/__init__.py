"""The ordered stages a new request goes through; each answers it, or lets it pass."""
