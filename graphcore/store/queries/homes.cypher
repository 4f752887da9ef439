-- name: homes.by_code
-- A household by its number in the district's own roster.
MATCH (h:Household)
WHERE h.code = $code
RETURN h.id AS id
ORDER BY id

-- name: homes.members
-- Who belongs to the given households.
MATCH (p:Person)
WHERE p.household IN $homes
RETURN p.id AS id, p.household AS household, p.is_head AS is_head, p.died_on AS died_on,
       p.age_band AS age_band, p.version AS version
ORDER BY household, id

-- name: homes.stopped
-- Accounts that no more money goes to since their holder died.
MATCH (b:BankAccount)
WHERE b.stopped_at > 0
RETURN b.id AS id, b.household AS household, b.stopped_at AS stopped_at
ORDER BY id

-- name: homes.reported_villages
-- Villages of which the given forms name a household.
MATCH (s:SourceRecord)-[:DENOTES]->(h:Household)
WHERE s.form IN $forms
RETURN DISTINCT h.village AS village
ORDER BY village
