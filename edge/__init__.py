"""Stonechat's on-device half: ears, decisions, hands and voice."""
