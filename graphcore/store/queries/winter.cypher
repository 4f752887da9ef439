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
