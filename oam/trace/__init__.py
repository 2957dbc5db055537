"""What management does with traced messages: starts traces, shows, draws, exports and passes them on."""
