"""What can be seen and touched: lights, a button, a mute switch."""
