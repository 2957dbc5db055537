"""`make bench`: the server and Kamailio side by side, doing the same work on this machine in the same run."""
