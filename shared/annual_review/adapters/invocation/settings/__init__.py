"""Settings: what each function reads from its environment, checked once, without any default.

A function whose settings are not complete refuses to start. An empty value counts as missing. They
lie apart so that a function starts with its own.
"""
