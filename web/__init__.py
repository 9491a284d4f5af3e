"""The Flask service: wiki, search, chat and JSON API over kb/ and bot/."""
