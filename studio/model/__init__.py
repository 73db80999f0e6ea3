"""Values and rules everyone agrees on: gifts, money, streaks, goals, rooms. No I/O, no Qt."""
