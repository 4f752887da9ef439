-- name: cases.following
-- The case that a bureau opened when it accepted another.
MATCH (n:AidCase)-[:FOLLOWS]->(c:AidCase {id: $given})
RETURN n.id AS id
ORDER BY id
