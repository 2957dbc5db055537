"""`monitor`: what the server does now, on one screen."""
