"""Numbers, analysis, translation, trunks and route groups. Pure: time and chance are passed in."""
