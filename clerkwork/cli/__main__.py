"""`python -m clerkwork.cli`, where the `clerkwork` command is not on the path."""

from clerkwork.cli import main

main()
