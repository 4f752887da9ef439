-- name: planning.current
-- The plan in force: published or approved, not superseded.
MATCH (p:Plan {district: $district})
WHERE p.state = 'published' OR p.state = 'approved'
RETURN p.id AS id, p.number AS number, p.state AS state, p.first_on AS first_on
ORDER BY number DESC

-- name: planning.reserved_by
-- Units that a plan's firm and accepted lines hold, by lot: what has left is held no longer.
MATCH (a:AllocationLine {plan: $plan})
WHERE a.state = 'firm' OR a.state = 'accepted'
RETURN a.lot AS lot, sum(a.quantity - coalesce(a.dispatched, 0)) AS quantity
ORDER BY lot

-- name: planning.numbers
-- Highest plan number of the district.
MATCH (p:Plan {district: $district})
RETURN max(p.number) AS number

-- name: planning.lines
-- Lines of a plan; units that were lost on the way are a shortfall, no longer the line's.
MATCH (a:AllocationLine {plan: $plan})
WHERE a.quantity > coalesce(a.lost, 0)
RETURN a.id AS line, a.lot AS lot, a.item AS item, a.warehouse AS warehouse,
       a.township AS township, a.point AS point, a.subject AS subject, a.need AS need,
       a.day AS day, a.due_day AS due_day, a.quantity - coalesce(a.lost, 0) AS quantity,
       a.mode AS mode, a.state AS state, a.reason AS reason, a.need_item AS need_item,
       a.covers - coalesce(a.lost, 0) * a.covers / a.quantity AS covers, a.swap AS swap,
       a.also AS also
ORDER BY line

-- name: planning.shortfalls
-- Shortfalls of a plan.
MATCH (s:Shortfall {plan: $plan})
RETURN s.id AS shortfall, s.need AS need, s.subject AS subject, s.township AS township,
       s.point AS point, s.item AS item, s.day AS day, s.quantity AS quantity, s.tier AS tier,
       s.reason AS reason, s.detail AS detail
ORDER BY shortfall

-- name: planning.left_out
-- Lots, or parts of lots, that a plan leaves in the warehouse.
MATCH (l:LeftOut {plan: $plan})
RETURN l.lot AS lot, l.item AS item, l.warehouse AS warehouse, l.quantity AS quantity,
       l.reason AS reason
ORDER BY lot, reason

-- name: planning.homes
-- The township that each village is part of.
MATCH (v:Village)-[:PART_OF]->(t:Township)
RETURN v.code AS village, t.code AS township
ORDER BY village

-- name: planning.drafts
-- Plans that were staged and never published.
MATCH (p:Plan {district: $district})
WHERE p.state = 'draft'
RETURN p.id AS id, p.created_at AS created_at
ORDER BY id

-- name: planning.ids_allocationline
-- Ids of some plans' lines.
MATCH (a:AllocationLine)
WHERE a.plan IN $plans
RETURN a.id AS id
ORDER BY id

-- name: planning.ids_shortfall
-- Ids of some plans' shortfalls.
MATCH (s:Shortfall)
WHERE s.plan IN $plans
RETURN s.id AS id
ORDER BY id

-- name: planning.ids_leftout
-- Ids of what some plans leave in the warehouse.
MATCH (l:LeftOut)
WHERE l.plan IN $plans
RETURN l.id AS id
ORDER BY id

-- name: planning.waiting
-- Shortfalls of a need on a day that wait for the owner of goods to answer.
MATCH (s:Shortfall {plan: $plan})
WHERE s.need = $need AND s.day = $day AND s.reason = 'requested'
RETURN s.id AS id, s.quantity AS quantity
ORDER BY id
