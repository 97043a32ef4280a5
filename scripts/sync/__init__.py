"""Flags to the systems that act on them: by difference, dry by default, every call written down."""
