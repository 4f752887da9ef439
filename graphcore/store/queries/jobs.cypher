-- name: jobs.one
-- One job.
MATCH (j:Job {id: $job})
RETURN j.id AS id, j.kind AS kind, j.state AS state, j.actor AS actor, j.request AS request,
       j.progress AS progress, j.result AS result, j.error AS error, j.queued_at AS queued_at,
       j.started_at AS started_at, j.ended_at AS ended_at, j.version AS version

-- name: jobs.in_state
-- Ids of the jobs in a state, oldest first.
MATCH (j:Job)
WHERE j.state = $state
RETURN j.id AS id, j.queued_at AS queued_at
ORDER BY queued_at, id
