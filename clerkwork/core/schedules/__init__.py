"""When a task is due: what is said of it, which moments follow, and what holds them back."""
