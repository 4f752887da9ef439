-- name: rosters.numbers
-- Highest roster number of the district.
MATCH (r:Roster {district: $district})
RETURN max(r.number) AS number

-- name: rosters.brought
-- What a relief plan brings to each delivery point on each day: goods, not money or vouchers.
MATCH (a:AllocationLine {plan: $plan})
WHERE (a.state = 'firm' OR a.state = 'accepted') AND a.mode <> 'transfer'
RETURN a.point AS point, a.day AS day, a.item AS item, sum(a.quantity) AS quantity
ORDER BY point, day, item

-- name: rosters.orders
-- Orders of a roster.
MATCH (o:Assignment {roster: $roster})
RETURN o.id AS id
ORDER BY id

-- name: rosters.gear
-- Which piece of equipment a roster sends where.
MATCH (g:GearOrder {roster: $roster})
RETURN g.id AS id
ORDER BY id

-- name: rosters.openings
-- What a roster leaves open.
MATCH (o:Opening {roster: $roster})
RETURN o.id AS id
ORDER BY id

-- name: rosters.list_volunteers
-- Volunteers seen: by the place they set out from, or of one organisation. Nobody is named.
MATCH (v:Volunteer)
WHERE v.id > $after
  AND (v.township STARTS WITH $scope OR v.organization = $own)
  AND ($township = '' OR v.township = $township)
  AND ($state = '' OR v.readiness = $state)
RETURN v.id AS id, v.code AS code, v.organization AS organization, v.team AS team,
       v.township AS township, v.adult AS adult, v.skills AS skills,
       v.certificates AS certificates, v.languages AS languages, v.from_on AS from_on,
       v.to_on AS to_on, v.shifts AS shifts, v.hours_day AS hours_day, v.rest_hours AS rest_hours,
       v.readiness AS readiness
ORDER BY id
LIMIT $limit

-- name: rosters.list_equipment
-- Equipment seen.
MATCH (e:Equipment)
WHERE e.id > $after
  AND (e.township STARTS WITH $scope OR e.organization = $own)
  AND ($township = '' OR e.township = $township)
  AND ($state = '' OR e.readiness = $state)
RETURN e.id AS id, e.code AS code, e.kind AS kind, e.organization AS organization,
       e.township AS township, e.pieces AS pieces, e.operator AS operator,
       e.readiness AS readiness
ORDER BY id
LIMIT $limit

-- name: rosters.list_tasks
-- Tasks: needs that want hands, published to every organisation.
MATCH (t:Task)
WHERE t.id > $after
  AND ($township = '' OR t.township = $township)
  AND ($state = '' OR t.state = $state)
RETURN t.id AS id, t.code AS code, t.name AS name, t.kind AS kind, t.place AS place,
       t.township AS township, t.day_on AS day_on, t.shift AS shift, t.hours AS hours,
       t.tier AS tier, t.language AS language, t.equipment AS equipment,
       t.adults_only AS adults_only, t.min_crew AS min_crew, t.state AS state, t.plan AS plan,
       t.cites AS cites
ORDER BY id
LIMIT $limit

-- name: rosters.list_rosters
-- Rosters of the district.
MATCH (r:Roster {district: $district})
WHERE r.id > $after
  AND ($state = '' OR r.state = $state)
RETURN r.id AS id, r.number AS number, r.base AS base, r.state AS state, r.plan AS plan,
       r.first_on AS first_on, r.days AS days, r.by_clock AS by_clock, r.created_at AS created_at,
       r.approved_at AS approved_at, r.version AS version
ORDER BY id
LIMIT $limit

-- name: rosters.list_assignments
-- Orders of a roster that are seen.
MATCH (a:Assignment)-[:ROSTERED_IN]->(r:Roster {id: $roster})
WHERE a.id > $after
  AND (a.township STARTS WITH $scope OR a.organization = $own)
  AND ($township = '' OR a.township = $township)
  AND ($state = '' OR a.progress = $state)
RETURN a.id AS id, a.volunteer AS volunteer, a.organization AS organization, a.team AS team,
       a.slot AS slot, a.task AS task, a.place AS place, a.township AS township,
       a.day_on AS day_on, a.shift AS shift, a.begins_at AS begins_at, a.ends_at AS ends_at,
       a.hours AS hours, a.minutes AS minutes, a.claim AS claim, a.cut_off AS cut_off,
       a.state AS state, a.progress AS progress
ORDER BY id
LIMIT $limit

-- name: rosters.list_openings
-- What a roster leaves open, in scope.
MATCH (o:Opening)-[:ROSTERED_IN]->(r:Roster {id: $roster})
WHERE o.id > $after
  AND o.township STARTS WITH $scope
  AND ($township = '' OR o.township = $township)
  AND ($state = '' OR o.reason = $state)
RETURN o.id AS id, o.slot AS slot, o.task AS task, o.place AS place, o.township AS township,
       o.day_on AS day_on, o.shift AS shift, o.missing AS missing, o.underway AS underway,
       o.reason AS reason
ORDER BY id
LIMIT $limit
