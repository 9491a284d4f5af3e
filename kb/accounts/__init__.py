"""Accounts, roles and rights: who may use the service and for what."""
