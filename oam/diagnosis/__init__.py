"""Finding out what is wrong: asking others whether they are there, checking what is configured against what is."""
