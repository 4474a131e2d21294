"""The values of the states, and which of them are on."""
