"""Servers on this machine that fail as the real ones do: for the tests and for `bench cloud`."""
