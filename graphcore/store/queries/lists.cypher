-- name: lists.townships
-- Townships in scope.
MATCH (t:Township)
WHERE t.code > $after
  AND ($scope = '' OR t.code STARTS WITH $scope)
  AND ($township = '' OR t.code = $township)
RETURN t.code AS code, t.name AS name, t.lon AS lon, t.lat AS lat, t.population AS population
ORDER BY code
LIMIT $limit

-- name: lists.villages
-- Villages in scope.
MATCH (v:Village)-[:PART_OF]->(t:Township)
WHERE v.code > $after
  AND ($scope = '' OR t.code STARTS WITH $scope)
  AND ($township = '' OR t.code = $township)
RETURN v.code AS code, v.name AS name, t.code AS township, v.lon AS lon, v.lat AS lat,
       v.hit AS hit
ORDER BY code
LIMIT $limit

-- name: lists.households
-- Households in scope: what they are owed is counted by meaningless ids, no personal data.
MATCH (h:Household)
WHERE h.id > $after
  AND ($scope = '' OR h.township STARTS WITH $scope)
  AND ($township = '' OR h.township = $township)
  AND ($state = '' OR h.state = $state)
RETURN h.id AS id, h.village AS village, h.township AS township, h.state AS state,
       h.checked_at AS checked_at, h.persons AS persons, h.persons_in_need AS persons_in_need,
       h.located AS located, h.named AS named
ORDER BY id
LIMIT $limit

-- name: lists.disasters
-- Disasters.
MATCH (d:Disaster)
WHERE d.id > $after
  AND ($state = '' OR d.stage = $state)
RETURN d.id AS id, d.name AS name, d.hazard AS hazard, d.occurred_at AS occurred_at,
       d.stage AS stage, d.response_level AS response_level
ORDER BY id
LIMIT $limit

-- name: lists.programmes
-- Relief programmes.
MATCH (p:Programme)
WHERE p.id > $after
  AND ($state = '' OR p.stage = $state)
RETURN p.id AS id, p.name AS name, p.stage AS stage, p.organization AS organization
ORDER BY id
LIMIT $limit

-- name: lists.organizations
-- Social organisations.
MATCH (o:Organization)
WHERE o.id > $after
RETURN o.id AS id, o.code AS code, o.name AS name, o.kind AS kind, o.skills AS skills,
       o.township AS township, o.valid_to AS valid_to, o.readiness AS readiness,
       o.prefers AS prefers
ORDER BY id
LIMIT $limit

-- name: lists.donations
-- Donations without their donor, who may be a natural person.
MATCH (d:Donation)
WHERE d.id > $after
RETURN d.id AS id, d.code AS code, d.kind AS kind, d.item AS item, d.quantity AS quantity,
       d.amount_fen AS amount_fen, d.designated AS designated, d.only_townships AS only_townships,
       d.only_groups AS only_groups, d.only_needs AS only_needs, d.project AS project, d.purpose AS purpose,
       d.redirect_consent AS redirect_consent, d.surplus AS surplus,
       d.received_on AS received_on
ORDER BY id
LIMIT $limit

-- name: lists.warehouses
-- Warehouses in scope.
MATCH (w:Warehouse)
WHERE w.id > $after
  AND ($scope = '' OR w.township STARTS WITH $scope)
  AND ($township = '' OR w.township = $township)
RETURN w.id AS id, w.code AS code, w.name AS name, w.township AS township, w.lon AS lon,
       w.lat AS lat, w.owner AS owner
ORDER BY id
LIMIT $limit

-- name: lists.lots
-- Lots with the township of their warehouse, in scope.
MATCH (l:StockLot)-[:STORED_IN]->(w:Warehouse)
WHERE l.id > $after
  AND ($scope = '' OR w.township STARTS WITH $scope)
  AND ($township = '' OR w.township = $township)
  AND ($state = '' OR l.hold = $state)
RETURN l.id AS id, l.code AS code, l.warehouse AS warehouse, w.township AS township,
       l.item AS item, l.on_hand AS on_hand, l.reserved AS reserved, l.arrives_on AS arrives_on,
       l.expires_on AS expires_on, l.owner AS owner, l.authority AS authority, l.hold AS hold,
       l.donation AS donation
ORDER BY id
LIMIT $limit

-- name: lists.needs
-- Needs in scope.
MATCH (n:Need)
WHERE n.id > $after
  AND ($scope = '' OR n.township STARTS WITH $scope)
  AND ($township = '' OR n.township = $township)
  AND ($state = '' OR n.basic = $state)
RETURN n.id AS id, n.subject AS subject, n.item AS item, n.basic AS basic, n.point AS point,
       n.township AS township, n.first_on AS first_on, n.days AS days, n.per_day AS per_day,
       n.daily AS daily, n.survival AS survival, n.tier AS tier, n.weight AS weight,
       n.received AS received
ORDER BY id
LIMIT $limit

-- name: lists.plans
-- Plans that were published.
MATCH (p:Plan)
WHERE p.id > $after
  AND p.state <> 'draft'
  AND ($state = '' OR p.state = $state)
RETURN p.id AS id, p.number AS number, p.base AS base, p.state AS state, p.disaster AS disaster,
       p.first_on AS first_on, p.days AS days, p.by_clock AS by_clock, p.created_at AS created_at,
       p.approved_at AS approved_at, p.version AS version
ORDER BY id
LIMIT $limit

-- name: lists.lines
-- Lines of a plan, in scope.
MATCH (a:AllocationLine)-[:PLANNED_IN]->(p:Plan {id: $plan})
WHERE a.id > $after
  AND ($scope = '' OR a.township STARTS WITH $scope)
  AND ($township = '' OR a.township = $township)
  AND ($state = '' OR a.state = $state)
RETURN a.id AS id, a.lot AS lot, a.item AS item, a.warehouse AS warehouse, a.township AS township,
       a.point AS point, a.subject AS subject, a.need AS need, a.day AS day, a.due_day AS due_day,
       a.quantity AS quantity, a.mode AS mode, a.state AS state, a.reason AS reason,
       a.need_item AS need_item, a.covers AS covers, a.swap AS swap, a.also AS also
ORDER BY id
LIMIT $limit

-- name: lists.shortfalls
-- Shortfalls of a plan, in scope.
MATCH (s:Shortfall)-[:PLANNED_IN]->(p:Plan {id: $plan})
WHERE s.id > $after
  AND ($scope = '' OR s.township STARTS WITH $scope)
  AND ($township = '' OR s.township = $township)
  AND ($state = '' OR s.reason = $state)
RETURN s.id AS id, s.need AS need, s.subject AS subject, s.township AS township, s.point AS point,
       s.item AS item, s.day AS day, s.quantity AS quantity, s.tier AS tier, s.reason AS reason
ORDER BY id
LIMIT $limit

-- name: lists.plan
-- One plan with its goals.
MATCH (p:Plan {id: $plan})
WHERE p.state <> 'draft'
RETURN p.id AS id, p.number AS number, p.base AS base, p.state AS state, p.disaster AS disaster,
       p.first_on AS first_on, p.days AS days, p.rulebook AS rulebook, p.snapshot AS snapshot,
       p.seed AS seed, p.aims AS aims, p.floors AS floors, p.goals AS goals, p.by_clock AS by_clock, p.created_at AS created_at,
       p.created_by AS created_by, p.approved_at AS approved_at, p.approved_by AS approved_by,
       p.version AS version

-- name: lists.plan_lines_total
-- How many lines of a plan are in scope, and how many units, by state.
MATCH (a:AllocationLine)-[:PLANNED_IN]->(p:Plan {id: $plan})
WHERE ($scope = '' OR a.township STARTS WITH $scope)
RETURN a.state AS state, count(*) AS lines, sum(a.quantity) AS units
ORDER BY state

-- name: lists.plan_shortfalls_total
-- How many units of a plan remain unserved in scope, by what binds them.
MATCH (s:Shortfall)-[:PLANNED_IN]->(p:Plan {id: $plan})
WHERE ($scope = '' OR s.township STARTS WITH $scope)
RETURN s.reason AS reason, count(*) AS lines, sum(s.quantity) AS units
ORDER BY reason

-- name: lists.trips
-- Trips of a plan that bring something to places in scope.
MATCH (t:Trip)
WHERE t.plan = $plan AND t.id > $after
  AND ($state = '' OR t.state = $state)
  AND ($scope = '' OR EXISTS { MATCH (c:Cargo)-[:RIDES_IN]->(t) WHERE c.township STARTS WITH $scope })
  AND ($township = '' OR EXISTS { MATCH (d:Cargo)-[:RIDES_IN]->(t) WHERE d.township = $township })
RETURN t.id AS id, t.plan AS plan, t.vehicle AS vehicle, t.base AS base, t.mode AS mode,
       t.day_on AS day_on, t.trip AS trip, t.departs AS departs, t.back AS back,
       t.minutes AS minutes, t.weight_kg AS weight_kg, t.capacity_kg AS capacity_kg,
       t.volume_l AS volume_l, t.capacity_l AS capacity_l, t.state AS state,
       t.dispatched_at AS dispatched_at, t.late_minutes AS late_minutes
ORDER BY id
LIMIT $limit

-- name: lists.cargo
-- What the trips of a plan carry to places in scope, and what became of it.
MATCH (c:Cargo)
WHERE c.plan = $plan AND c.id > $after
  AND ($scope = '' OR c.township STARTS WITH $scope)
  AND ($township = '' OR c.township = $township)
RETURN c.id AS id, c.trip AS trip, c.stop AS stop, c.line AS line, c.lot AS lot, c.item AS item,
       c.need AS need, c.subject AS subject, c.township AS township, c.point AS point,
       c.day_on AS day_on, c.quantity AS quantity, c.in_transit AS in_transit,
       c.at_point AS at_point, c.received AS received, c.declined AS declined,
       c.damaged AS damaged, c.lost AS lost
ORDER BY id
LIMIT $limit
