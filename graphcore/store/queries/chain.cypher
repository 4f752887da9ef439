-- name: chain.heads
-- The head of each district's chain.
MATCH (c:ChainHead)
RETURN c.district AS district, c.seq AS seq, c.hash AS hash
ORDER BY district

-- name: chain.events
-- Events of a district behind a sequence number, oldest first, one page.
MATCH (e:Event)
WHERE e.district = $district AND e.seq > $after
RETURN e.id AS id, e.district AS district, e.seq AS seq, e.type AS type, e.actor AS actor,
       e.at AS at, e.canonical AS canonical, e.prev_hash AS prev_hash, e.hash AS hash
ORDER BY seq
LIMIT $limit

-- name: chain.hash_at
-- Hash of one link.
MATCH (e:Event)
WHERE e.district = $district AND e.seq = $seq
RETURN e.hash AS hash
