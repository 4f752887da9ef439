-- name: keys.all
-- API keys without their digests.
MATCH (k:ApiKey)
RETURN k.id AS id, k.actor AS actor, k.roles AS roles, k.scope AS scope,
       k.organization AS organization, k.active AS active,
       k.created_at AS created_at
ORDER BY id

-- name: keys.by_digest
-- The active API key of a digest.
MATCH (k:ApiKey)
WHERE k.digest = $digest AND k.active = true
RETURN k.id AS id, k.actor AS actor, k.roles AS roles, k.scope AS scope,
       k.organization AS organization
