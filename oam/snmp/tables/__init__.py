"""Tables of managed objects, a file a family: the row, where it comes from, and its columns with their OIDs."""
