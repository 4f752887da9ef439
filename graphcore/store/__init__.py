"""The graph behind one port: two engines, named queries, the event chain."""
