-- name: audits.named_by
-- Which forms name a household: the roster, the relief ledger, the list of damaged houses.
MATCH (s:SourceRecord)-[:DENOTES]->(h:Household)
WHERE s.form IN $forms
RETURN DISTINCT h.id AS household, s.form AS form
ORDER BY household, form

-- name: audits.lines
-- Units that the lines of the plan in force promise or have brought, by need, state and lot.
MATCH (a:AllocationLine {plan: $plan})
RETURN a.need AS need, a.state AS state, a.lot AS lot,
       a.quantity AS quantity, coalesce(a.covers, a.quantity) AS covers, a.also AS also,
       a.quantity - coalesce(a.lost, 0) AS kept,
       coalesce(a.received, 0) + coalesce(a.declined, 0) AS got

-- name: audits.shorts
-- What the plan in force leaves missing, with what binds it.
MATCH (s:Shortfall {plan: $plan})
RETURN s.need AS need, s.reason AS reason, s.quantity AS quantity

-- name: audits.owed
-- Needs of a disaster that are owed still.
MATCH (n:Need)
WHERE n.disaster = $disaster AND n.days > 0
RETURN n.id AS need, n.subject AS household, n.item AS item, n.basic AS basic,
       n.per_day AS per_day, n.days AS days, n.units AS units, n.received AS received,
       n.first_on AS first_on, n.stage AS stage

-- name: audits.computed_at
-- When the needs of the district were last brought up to date.
MATCH (e:Event)
WHERE e.district = $district AND e.type = 'needs.computed'
RETURN max(e.at) AS at

-- name: audits.absent
-- Records that a later file no longer holds, with the time of that file, still undecided.
MATCH (s:SourceRecord)
WHERE s.absent_since <> '' AND s.form IN $forms
  AND NOT EXISTS { MATCH (d:Determination)-[:DETERMINES]->(s)
                   WHERE d.revoked_at = 0 AND d.file = s.absent_since }
RETURN s.id AS id, s.subject AS subject, s.form AS form, s.absent_since AS file
ORDER BY id

-- name: audits.refused
-- Refused rows that nobody has settled: people who are told of and tied to no household.
MATCH (r:RefusedRow)
WHERE r.settled = false AND r.persons > 0
RETURN r.id AS id, r.place AS place, r.persons AS persons, r.at AS at
ORDER BY id

-- name: audits.ledger
-- Who was recognised in the relief ledger of a disaster, and what they were given.
MATCH (e:LedgerEntry)-[:ENTRY_FOR]->(h:Household)
WHERE e.disaster = $disaster
RETURN e.id AS id, h.id AS household, e.persons_in_need AS persons_in_need,
       e.paid_fen AS paid_fen, e.goods_fen AS goods_fen
ORDER BY id

-- name: audits.findings
-- Every finding of a disaster, open and closed, as it was last written.
MATCH (f:Finding)
WHERE f.disaster = $disaster
RETURN f.id AS id, f.rule AS rule, f.subject AS subject, f.state AS state, f.since AS since,
       f.reason AS reason, f.whom AS whom, f.detail AS detail, f.village AS village,
       f.township AS township, f.basics AS basics, f.proof AS proof, f.version AS version
ORDER BY id

-- name: audits.page
-- Findings in scope for work: by rule, place, state and owner, page by page.
MATCH (f:Finding)
WHERE f.id > $after
  AND ($scope = '' OR f.township STARTS WITH $scope)
  AND ($township = '' OR f.township = $township)
  AND ($village = '' OR f.village = $village)
  AND ($rule = '' OR f.rule STARTS WITH $rule)
  AND f.state IN $states
  AND ($owner = '' OR f.owner = $owner)
  AND ($before = 0 OR f.due_at < $before)
RETURN f.id AS id, f.rule AS rule, f.subject AS subject, f.village AS village,
       f.township AS township, f.basics AS basics, f.reason AS reason, f.whom AS whom,
       f.since AS since, f.detail AS detail, f.state AS state, f.owner AS owner,
       f.due_at AS due_at, f.found_at AS found_at, f.closed_at AS closed_at
ORDER BY id
LIMIT $limit

-- name: audits.counts
-- Standing findings by township, village, rule and reason, in scope, with the distinct households.
MATCH (f:Finding)
WHERE f.state <> 'closed' AND ($scope = '' OR f.township STARTS WITH $scope)
RETURN f.township AS township, f.village AS village, f.rule AS rule, f.reason AS reason,
       count(f) AS findings, sum(CASE WHEN f.state = 'accepted' THEN 1 ELSE 0 END) AS accepted,
       count(DISTINCT f.subject) AS households, min(f.since) AS since
ORDER BY township, village, rule, reason

-- name: audits.proof_needs
-- The needs that prove a finding, with the shortfalls of the plan in force behind them.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Need)
OPTIONAL MATCH (s:Shortfall {plan: $plan})-[:LACKS]->(n)
RETURN n.id AS need, n.item AS item, n.basic AS basic, n.units AS units, s.reason AS reason,
       sum(s.quantity) AS missing
ORDER BY need, reason

-- name: audits.proof_records
-- The source records that prove a finding, with the files that they come from.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(s:SourceRecord)
OPTIONAL MATCH (s)-[:READ_FROM]->(x:SourceFile)
RETURN s.id AS record, s.form AS form, s.sheet AS sheet, s.row AS row, x.name AS file
ORDER BY record

-- name: audits.proof_houses
-- The houses under a total that a report tells otherwise, with the households that live there.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(d:Dwelling)
RETURN d.id AS house, d.household AS household, d.damage AS damage
ORDER BY house

-- name: audits.determinations
-- What named persons determined and still holds.
MATCH (d:Determination)
WHERE d.revoked_at = 0
RETURN d.id AS id, d.kind AS kind, d.subject AS subject, d.household AS household,
       d.basic AS basic, d.ruling AS ruling, d.officer AS officer,
       d.facts AS facts, d.at AS at, d.until AS until
ORDER BY id

-- name: audits.rulings_on
-- What named persons said of a finding, the latest last; taken back or not.
MATCH (d:Determination)-[:DETERMINES]->(f:Finding {id: $finding})
RETURN d.id AS id, d.ruling AS ruling, d.officer AS officer, d.at AS at,
       d.revoked_at AS revoked_at
ORDER BY at, id

-- name: audits.aid
-- What each household gets from which programme.
MATCH (a:Aid)-[:AID_FOR]->(h:Household)
RETURN a.id AS id, h.id AS household, a.programme AS programme, a.basic AS basic,
       a.first_on AS first_on, a.last_on AS last_on
ORDER BY id

-- name: audits.aid_of
-- What one household gets.
MATCH (a:Aid)-[:AID_FOR]->(h:Household {id: $household})
RETURN a.id AS id, h.id AS household, a.programme AS programme, a.basic AS basic,
       a.first_on AS first_on, a.last_on AS last_on
ORDER BY id

-- name: audits.served_stages
-- What the plan in force promises those who get aid by another record too, by stage of relief.
MATCH (x:Aid)-[:AID_FOR]->(h:Household)
WITH DISTINCT h
MATCH (h)-[:NEEDS]->(n:Need)
MATCH (a:AllocationLine {plan: $plan})-[:SERVES]->(n)
RETURN DISTINCT h.id AS household, n.id AS need, n.stage AS stage, n.basic AS basic,
       a.state AS state
ORDER BY household, need, state

-- name: audits.cases
-- What named persons decided on benefits in money, for which days.
MATCH (c:AidCase)-[:CASE_OF]->(h:Household)
WHERE c.disaster = $disaster
RETURN c.id AS id, h.id AS household, c.benefit AS benefit, c.state AS state,
       c.from_on AS first_on, c.to_on AS last_on, c.township AS township, c.village AS village,
       c.opened_at AS opened_at, c.decided_at AS decided_at, c.fast AS fast,
       c.amount_fen AS amount_fen, c.raised_permille AS raised_permille
ORDER BY id

-- name: audits.cases_of
-- What named persons decided of one household's benefits in money.
MATCH (c:AidCase)-[:CASE_OF]->(h:Household {id: $household})
RETURN c.id AS id, h.id AS household, c.benefit AS benefit, c.state AS state,
       c.from_on AS first_on, c.to_on AS last_on, c.township AS township, c.village AS village,
       c.opened_at AS opened_at, c.decided_at AS decided_at, c.fast AS fast,
       c.amount_fen AS amount_fen, c.raised_permille AS raised_permille
ORDER BY id

-- name: audits.promised_to
-- What a plan promises one household, by stage of relief.
MATCH (h:Household {id: $household})-[:NEEDS]->(n:Need)
MATCH (a:AllocationLine {plan: $plan})-[:SERVES]->(n)
RETURN DISTINCT h.id AS household, n.id AS need, n.stage AS stage, n.basic AS basic,
       a.state AS state
ORDER BY household, need, state

-- name: audits.compared
-- What the comparison found, by household, with what a person said of it.
MATCH (m:Match)
OPTIONAL MATCH (c:ReviewCase)-[:ASKS_ABOUT]->(m)
RETURN m.id AS match, m.left_home AS left, m.right_home AS right, m.outcome AS outcome,
       m.reason AS reason, c.state AS judged
ORDER BY match
