-- name: audit.homes
-- The village that each household lives in, by the relationship.
MATCH (h:Household)-[:LIVES_IN]->(v:Village)
RETURN h.id AS household, v.code AS village
ORDER BY household, village
