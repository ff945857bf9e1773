"""What if (试算): other readings, another pool, other counts beside a run; nothing of it is stored."""
