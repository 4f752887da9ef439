"""The parts of making a plan: snapshot, who and what counts, saving needs."""
