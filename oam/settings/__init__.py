"""What the operator has configured of management itself: frozen records, one file an area."""
