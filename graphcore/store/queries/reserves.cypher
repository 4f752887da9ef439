-- name: reserves.strikes
-- What each scenario does to each township.
MATCH (s:Scenario)-[h:STRIKES]->(t:Township)
RETURN s.id AS scenario, t.code AS township, h.intensity AS intensity, h.persons AS persons,
       h.relocated AS relocated, h.roofless AS roofless
ORDER BY scenario, township

-- name: reserves.roads_lost
-- What each scenario leaves of roads, in permille.
MATCH (s:Scenario)-[h:LOSES]->(r:Road)
RETURN s.id AS scenario, r.id AS facility, h.kept_permille AS kept_permille
ORDER BY scenario, facility

-- name: reserves.stores_hit
-- What each scenario leaves of a warehouse's stock, in permille.
MATCH (s:Scenario)-[h:LOSES]->(w:Warehouse)
RETURN s.id AS scenario, w.id AS facility, h.kept_permille AS kept_permille
ORDER BY scenario, facility

-- name: reserves.newest
-- The restocking plan with the highest number.
MATCH (p:RestockPlan {district: $district})
RETURN p.id AS id, p.number AS number, p.state AS state
ORDER BY number DESC
LIMIT 1
