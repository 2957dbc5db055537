"""What rows of several families are made from: numbers for names, counters, KPIs, and what signalling answers."""
