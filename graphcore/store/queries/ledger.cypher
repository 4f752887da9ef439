-- name: ledger.newest
-- The ledger's versions, the newest first.
MATCH (v:LedgerVersion {district: $district})
RETURN v.id AS id, v.number AS number
ORDER BY number DESC
LIMIT 1

-- name: ledger.entries
-- What the ledger's rows add up to, by township.
MATCH (e:LedgerEntry)-[:ENTRY_FOR]->(h:Household)
WHERE e.disaster = $disaster
RETURN h.township AS township, count(e) AS households, sum(e.persons_in_need) AS persons,
       sum(e.paid_fen) AS paid_fen
ORDER BY township

-- name: ledger.houses
-- Damaged houses by township and class.
MATCH (h:Household)-[:DWELLS_IN]->(d:Dwelling)
WHERE d.damage IN ['collapsed', 'severe', 'minor']
RETURN h.township AS township, d.damage AS damage, count(d) AS households,
       sum(d.rooms_collapsed) AS rooms_collapsed, sum(d.rooms_severe) AS rooms_severe,
       sum(d.rooms_minor) AS rooms_minor
ORDER BY township, damage

-- name: ledger.latest
-- Every report version of a disaster with its township.
MATCH (r:DamageReport)-[:REPORTS_ON]->(t:Township)
WHERE r.disaster = $disaster
RETURN t.code AS township, r.id AS id, r.phase AS phase, r.number AS number,
       r.reported_at AS reported_at
ORDER BY township, reported_at, number

-- name: ledger.numbered
-- Applications received on one day.
MATCH (a:Application {district: $district})
WHERE a.number STARTS WITH $prefix
RETURN count(a) AS n
