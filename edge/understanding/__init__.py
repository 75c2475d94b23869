"""From words to an intent with slots, and the decision: local or cloud."""
