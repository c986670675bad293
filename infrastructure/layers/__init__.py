"""What each layer holds, found by what the functions import, and the step that builds it.

It runs under the bare Python that `sam build` finds, so it needs nothing but the standard library.
"""
