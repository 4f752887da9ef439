"""One file per stop of the walk: authorise, load, pure call, save."""
