"""The parts of `manage.py evaluate`: one module for each kind of question that it asks."""
