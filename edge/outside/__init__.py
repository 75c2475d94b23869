"""The device as others see it: metrics, health, MQTT. Off unless it is configured."""
