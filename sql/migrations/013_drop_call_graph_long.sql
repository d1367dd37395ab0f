-- call_graph chooses roll-ups by itself.
DROP VIEW IF EXISTS call_graph_long;
