"""The parts of importing: look, bind, note who is absent, record refusals, save."""
