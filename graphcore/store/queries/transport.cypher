-- name: transport.trips
-- Trips of a plan.
MATCH (t:Trip)
WHERE t.plan = $plan
RETURN t.id AS id, t.state AS state, t.vehicle AS vehicle, t.day AS day, t.trip AS trip,
       t.back AS back
ORDER BY id

-- name: transport.stops
-- Stops of the trips of a plan.
MATCH (s:TripStop)-[:STOP_OF]->(t:Trip)
WHERE t.plan = $plan
RETURN s.id AS id, s.trip AS trip, s.stop AS stop, s.kind AS kind, s.place AS place,
       s.arrives AS arrives, s.leaves AS leaves, s.minutes AS minutes, s.rests AS rests,
       s.path AS path
ORDER BY trip, stop

-- name: transport.cargo
-- What the trips of a plan carry.
MATCH (c:Cargo)
WHERE c.plan = $plan
RETURN c.id AS id, c.line AS line, c.trip AS trip, c.stop AS stop, c.feeder AS feeder,
       c.lot AS lot, c.item AS item, c.need AS need, c.subject AS subject,
       c.township AS township, c.point AS point, c.quantity AS quantity,
       c.in_transit AS in_transit, c.at_point AS at_point, c.received AS received,
       c.declined AS declined, c.damaged AS damaged, c.lost AS lost
ORDER BY id

-- name: transport.cargo_of_trips
-- Ids of what some trips carry, or bring to the vehicle that does.
MATCH (c:Cargo)
WHERE c.trip IN $trips OR c.feeder IN $trips
RETURN c.id AS id
ORDER BY id

-- name: transport.out
-- Goods that have left a warehouse, wherever they are now.
MATCH (c:Cargo)
WHERE c.in_transit + c.at_point + c.received + c.declined + c.damaged + c.lost > 0
RETURN c.id AS cargo, c.plan AS plan, c.line AS line, c.trip AS trip, c.lot AS lot,
       c.item AS item, c.need AS need, c.subject AS subject, c.township AS township,
       c.point AS point, c.day_on AS day_on, c.due_on AS due_on, c.daily AS daily,
       c.quantity AS quantity, c.covers AS covers, c.also AS also, c.in_transit AS in_transit,
       c.at_point AS at_point, c.received AS received, c.declined AS declined,
       c.damaged AS damaged, c.lost AS lost
ORDER BY cargo

-- name: transport.behind
-- What of a plan no vehicle takes, each with what binds it.
MATCH (b:LeftBehind)
WHERE b.plan = $plan
RETURN b.id AS id, b.line AS line, b.quantity AS quantity, b.reason AS reason,
       b.detail AS detail
ORDER BY id

-- name: transport.carried
-- Lines by which some plans count goods that left under an earlier plan.
MATCH (a:AllocationLine)
WHERE a.cargo IN $cargo AND a.plan IN $plans
RETURN a.id AS id, a.cargo AS cargo, a.plan AS plan
ORDER BY id

-- name: transport.receipts
-- Who signed for what of some trips; names are elsewhere, sealed.
MATCH (r:Receipt)
WHERE r.trip IN $trips
RETURN r.id AS id, r.trip AS trip, r.subject AS subject, r.point AS point, r.level AS level,
       r.received AS received, r.declined AS declined, r.damaged AS damaged, r.at AS at
ORDER BY id

-- name: transport.gone
-- Units of a plan's lines that have left the warehouse.
MATCH (a:AllocationLine {plan: $plan})
WHERE a.dispatched > 0
RETURN a.id AS line, a.dispatched - coalesce(a.lost, 0) AS units
ORDER BY line

-- name: transport.of_subject
-- What was loaded for a household or headcount, with the trip that brings it.
MATCH (c:Cargo)-[:RIDES_IN]->(t:Trip)
WHERE c.subject = $subject
RETURN c.id AS id, c.line AS line, c.trip AS trip, c.stop AS stop, c.item AS item,
       c.day_on AS day_on, c.quantity AS quantity, c.in_transit AS in_transit,
       c.at_point AS at_point, c.received AS received, c.declined AS declined,
       c.damaged AS damaged, c.lost AS lost, t.state AS state, t.plan AS plan
ORDER BY day_on, item, id

-- name: transport.of_line
-- Where and when the units of a line ride.
MATCH (c:Cargo)-[:RIDES_IN]->(t:Trip)
WHERE c.line = $line
RETURN c.id AS id, c.trip AS trip, c.stop AS stop, c.quantity AS quantity,
       c.in_transit AS in_transit, c.at_point AS at_point, c.received AS received,
       t.state AS state
ORDER BY id

-- name: transport.line_behind
-- Units of a line that no vehicle takes, with what binds them.
MATCH (b:LeftBehind)
WHERE b.line = $line
RETURN b.quantity AS quantity, b.reason AS reason
ORDER BY reason

-- name: transport.returned
-- Declined units by lot: what came back, less what was looked at.
MATCH (m:Movement)
WHERE m.source = 'returned' OR m.target = 'returned'
RETURN m.lot AS lot,
       sum(CASE WHEN m.target = 'returned' THEN m.quantity ELSE 0 - m.quantity END) AS units
ORDER BY lot
