"""The parts of `manage.py fit`: one module each, with MEANING, `add_options(parser)` and `learn(…)`."""
