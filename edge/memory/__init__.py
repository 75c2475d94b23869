"""What is remembered: conversations, and what one was asked to keep."""
