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
