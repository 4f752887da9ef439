"""Neo4j through the official driver, managed transactions."""
