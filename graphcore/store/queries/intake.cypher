-- name: intake.record_index
-- Blind indexes and versions of every personal record; the ciphertext stays where it is.
MATCH (r:PersonalRecord)
RETURN r.id AS id, r.subject AS subject, r.number_index AS number_index, r.name_index AS name_index,
       r.version AS version
ORDER BY id

-- name: intake.sources
-- Source records of the given forms.
MATCH (s:SourceRecord)
WHERE s.form IN $forms
RETURN s.id AS id, s.source AS source, s.form AS form, s.external AS external,
       s.subject AS subject, s.digest AS digest, s.absent_since AS absent_since,
       s.version AS version
ORDER BY id

-- name: intake.refused_open
-- Refused rows that nobody has settled yet.
MATCH (r:RefusedRow)
WHERE r.settled = false
RETURN r.id AS id, r.file AS file, r.sheet AS sheet, r.row AS row, r.form AS form,
       r.place AS place, r.persons AS persons, r.codes AS codes
ORDER BY id

-- name: intake.head
-- Where the chain stands: a guard that nothing was written since the look.
MATCH (c:ChainHead {district: $district})
RETURN c.seq AS seq

-- name: intake.hits
-- Which townships a disaster hit, and how hard.
MATCH (d:Disaster)-[h:HITS]->(t:Township)
RETURN d.id AS disaster, t.code AS township, h.intensity AS intensity
ORDER BY disaster, township

-- name: intake.absent
-- Records that a later file no longer holds, and nobody has decided on yet.
MATCH (s:SourceRecord)
WHERE s.absent_since <> ''
  AND NOT EXISTS { MATCH (d:Determination)-[:DETERMINES]->(s)
                   WHERE d.revoked_at = 0 AND d.file = s.absent_since }
RETURN s.id AS id, s.form AS form, s.subject AS subject, s.source AS source, s.sheet AS sheet,
       s.row AS row, s.absent_since AS absent_since
ORDER BY form, subject
