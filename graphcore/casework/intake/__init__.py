"""From typed rows of a form to changes of the graph; pure, so that a file applies whole or not."""
