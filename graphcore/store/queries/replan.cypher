-- name: replan.basis
-- What a plan was made from, packed.
MATCH (b:PlanBasis {plan: $plan})
RETURN b.payload AS payload

-- name: replan.changes_open
-- Changes that no plan contains yet, oldest first.
MATCH (c:Change {district: $district})
WHERE c.plan = ''
RETURN c.id AS id, c.kind AS kind, c.what AS what, c.told AS told, c.giver AS giver,
       c.actor AS actor, c.at AS at, c.version AS version
ORDER BY at, id

-- name: replan.change
-- One change, with the number of the first plan that contains it.
MATCH (c:Change {id: $change})
OPTIONAL MATCH (p:Plan)
WHERE p.id = c.plan
RETURN c.id AS id, c.kind AS kind, c.what AS what, c.told AS told, c.giver AS giver, c.at AS at,
       c.plan AS plan, p.number AS number

-- name: replan.refused_lots
-- Lots whose owners refused a request.
MATCH (a:AllocationLine)
WHERE a.state = 'refused'
RETURN DISTINCT a.lot AS lot
ORDER BY lot

-- name: replan.pins
-- Pins in force.
MATCH (p:Pin {district: $district})
WHERE p.removed_at = 0
RETURN p.id AS id, p.kind AS kind, p.need AS need, p.lot AS lot, p.mode AS mode, p.day AS day,
       p.due_day AS due_day, p.quantity AS quantity, p.township AS township, p.trip AS trip,
       p.giver AS giver, p.at AS at,
       p.version AS version
ORDER BY at, id
