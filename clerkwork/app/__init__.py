"""The use cases, one a file; they touch the outside through ports alone."""
