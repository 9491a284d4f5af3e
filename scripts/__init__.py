"""The commands people start; nothing imports them."""
