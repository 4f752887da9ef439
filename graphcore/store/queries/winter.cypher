-- name: winter.paid
-- Cases of winter–spring relief that a bank has paid.
MATCH (p:Payment)-[:PAYS]->(c:AidCase)
WHERE c.benefit = 'winter_spring' AND p.state = 'paid'
RETURN DISTINCT c.id AS aid_case
ORDER BY aid_case

-- name: winter.numbers
-- Blind indexes of citizen numbers by the person or household that they belong to.
MATCH (r:PersonalRecord)
WHERE r.number_index <> ''
RETURN r.id AS subject, r.number_index AS number
ORDER BY subject

-- name: winter.steps_of
-- The steps taken on a surveyed household.
MATCH (s:WinterStep)-[:TAKEN_ON]->(e:WinterEntry {id: $entry})
RETURN s.id AS id, s.step AS what, s.officer AS by, s.on_day AS on_day
ORDER BY s.at, id

-- name: winter.milestones_of
-- The milestones that a house has reached.
MATCH (s:RebuildStep)-[:REACHED_BY]->(r:RebuildCase {id: $rebuild})
RETURN s.id AS id, s.milestone AS what, s.officer AS by, s.on_day AS on_day
ORDER BY s.at, id
