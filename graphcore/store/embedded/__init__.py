"""LadybugDB, in process: gate, queue, log, repair."""
