"""What is let in: lists, automatic bans, traffic controls, overload control. Pure: time and chance are passed in."""
