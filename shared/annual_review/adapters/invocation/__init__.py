"""How functions are called: settings, batches, schedules, logs."""
