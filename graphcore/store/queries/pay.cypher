-- name: pay.spent
-- Fen that each batch has drawn on each fund.
MATCH (b:PayBatch)-[s:SPENDS]->(f:FundSource)
RETURN b.id AS batch, f.id AS fund, s.fen AS fen
ORDER BY batch, fund

-- name: pay.paid_for
-- Payments with the case that each pays.
MATCH (p:Payment)-[:PAYS]->(c:AidCase)
RETURN p.id AS payment, p.batch AS batch, p.state AS state, p.amount_fen AS amount_fen,
       p.decided_at AS decided_at, p.paid_on AS paid_on, c.id AS aid_case, c.benefit AS benefit
ORDER BY payment

-- name: pay.newest
-- The batch with the highest number.
MATCH (b:PayBatch {district: $district})
RETURN b.id AS id, b.number AS number
ORDER BY number DESC
LIMIT 1

-- name: pay.account_versions
-- Later versions of accounts, with the file that brought each; the payload holds a keyed digest.
MATCH (v:FactVersion)
WHERE v.label = 'BankAccount' AND v.n > 1
RETURN v.subject AS account, v.n AS n, v.recorded_at AS changed_at, v.file AS source,
       v.payload AS payload
ORDER BY account, n

-- name: pay.paid_cases
-- Cases with the state of each payment of theirs.
MATCH (p:Payment)-[:PAYS]->(c:AidCase)
RETURN c.id AS aid_case, p.state AS state
ORDER BY aid_case, state

-- name: pay.owed
-- Households of approved cases in money that nothing has been paid for.
MATCH (c:AidCase)
WHERE c.state = 'approved' AND c.amount_fen > 0
  AND NOT EXISTS { MATCH (p:Payment)-[:PAYS]->(c) WHERE p.state = 'paid' }
RETURN DISTINCT c.household AS household
ORDER BY household
