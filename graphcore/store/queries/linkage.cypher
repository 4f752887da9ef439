-- name: linkage.sources
-- Who is named by which form: the reports on one side, the register on the other.
MATCH (s:SourceRecord)
WHERE s.form IN $forms AND s.absent_since = ''
RETURN DISTINCT s.subject AS subject, s.form AS form
ORDER BY subject, form

-- name: linkage.paid
-- Households to which the ledger has paid money, by disaster.
MATCH (e:LedgerEntry)
WHERE e.household IN $homes AND e.paid_fen > 0
RETURN e.household AS household, e.disaster AS disaster
ORDER BY household, disaster

-- name: linkage.held
-- Statuses of the given households, by group.
MATCH (h:HardshipStatus)
WHERE h.household IN $homes
RETURN h.household AS household, h.`group` AS programme
ORDER BY household, programme

-- name: linkage.cases
-- Cases of the given households that money was decided for, by benefit and disaster.
MATCH (c:AidCase)
WHERE c.household IN $homes AND c.decided_at > 0 AND c.amount_fen > 0
RETURN c.household AS household, c.benefit AS benefit, c.disaster AS disaster
ORDER BY household, benefit, disaster
