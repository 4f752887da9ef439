-- Steps from a finding to what proves it: each row is one edge of the graph, with both labels.

-- name: paths.of_household
-- The household that a finding concerns.
MATCH (f:Finding {id: $finding})-[:CONCERNS]->(n:Household)
RETURN f.id AS a, 'Finding' AS from_label, 'CONCERNS' AS rel, n.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.of_headcount
-- The headcount that a finding concerns.
MATCH (f:Finding {id: $finding})-[:CONCERNS]->(n:Headcount)
RETURN f.id AS a, 'Finding' AS from_label, 'CONCERNS' AS rel, n.id AS b, 'Headcount' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_need
-- What proves a finding: Need.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Need)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'Need' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_sourcerecord
-- What proves a finding: SourceRecord.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:SourceRecord)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'SourceRecord' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_refusedrow
-- What proves a finding: RefusedRow.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:RefusedRow)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'RefusedRow' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_ledgerentry
-- What proves a finding: LedgerEntry.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:LedgerEntry)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'LedgerEntry' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_aid
-- What proves a finding: Aid.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Aid)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'Aid' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_aidcase
-- What proves a finding: AidCase.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:AidCase)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'AidCase' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_dwelling
-- What proves a finding: Dwelling.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Dwelling)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'Dwelling' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_township
-- What proves a finding: Township.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Township)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.code AS b, 'Township' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_damagereport
-- What proves a finding: DamageReport.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:DamageReport)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'DamageReport' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_shelterstay
-- What proves a finding: ShelterStay.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:ShelterStay)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'ShelterStay' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_match
-- What proves a finding: Match.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Match)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'Match' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.needs
-- Whose the needs are.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Need)
MATCH (h:Household)-[:NEEDS]->(n)
RETURN h.id AS a, 'Household' AS from_label, 'NEEDS' AS rel, n.id AS b, 'Need' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.shorts
-- What the plan in force leaves missing of them.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Need)
MATCH (s:Shortfall {plan: $plan})-[:LACKS]->(n)
RETURN s.id AS a, 'Shortfall' AS from_label, 'LACKS' AS rel, n.id AS b, 'Need' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.lines
-- What the plan in force sends for them.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Need)
MATCH (l:AllocationLine {plan: $plan})-[:SERVES]->(n)
RETURN l.id AS a, 'AllocationLine' AS from_label, 'SERVES' AS rel, n.id AS b, 'Need' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.records
-- Whom the source records name.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:SourceRecord)
MATCH (n)-[:DENOTES]->(h:Household)
RETURN n.id AS a, 'SourceRecord' AS from_label, 'DENOTES' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.persons
-- Which persons the source records name.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:SourceRecord)
MATCH (n)-[:DENOTES]->(p:Person)
RETURN n.id AS a, 'SourceRecord' AS from_label, 'DENOTES' AS rel, p.id AS b, 'Person' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.files
-- The files that the records come from.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:SourceRecord)
MATCH (n)-[:READ_FROM]->(x:SourceFile)
RETURN n.id AS a, 'SourceRecord' AS from_label, 'READ_FROM' AS rel, x.id AS b, 'SourceFile' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.entries
-- Whom the ledger's entries are for.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:LedgerEntry)
MATCH (n)-[:ENTRY_FOR]->(h:Household)
RETURN n.id AS a, 'LedgerEntry' AS from_label, 'ENTRY_FOR' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.aid
-- Whom the aid is for.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Aid)
MATCH (n)-[:AID_FOR]->(h:Household)
RETURN n.id AS a, 'Aid' AS from_label, 'AID_FOR' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.cases
-- Whose the cases are.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:AidCase)
MATCH (n)-[:CASE_OF]->(h:Household)
RETURN n.id AS a, 'AidCase' AS from_label, 'CASE_OF' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.houses
-- Who lives in the houses.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Dwelling)
MATCH (h:Household)-[:DWELLS_IN]->(n)
RETURN h.id AS a, 'Household' AS from_label, 'DWELLS_IN' AS rel, n.id AS b, 'Dwelling' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.stays
-- Whose the stays are.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:ShelterStay)
MATCH (n)-[:STAY_OF]->(h:Household)
RETURN n.id AS a, 'ShelterStay' AS from_label, 'STAY_OF' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.reports
-- Which township the reports are on.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:DamageReport)
MATCH (n)-[:REPORTS_ON]->(t:Township)
RETURN n.id AS a, 'DamageReport' AS from_label, 'REPORTS_ON' AS rel, t.code AS b, 'Township' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.reported_household
-- The reported household of a match.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Match)
MATCH (n)-[:REPORTED_AS]->(h:Household)
RETURN n.id AS a, 'Match' AS from_label, 'REPORTED_AS' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.reported_person
-- The reported person of a match.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Match)
MATCH (n)-[:REPORTED_AS]->(h:Person)
RETURN n.id AS a, 'Match' AS from_label, 'REPORTED_AS' AS rel, h.id AS b, 'Person' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.registered_household
-- The registered household of a match.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Match)
MATCH (n)-[:REGISTERED_AS]->(h:Household)
RETURN n.id AS a, 'Match' AS from_label, 'REGISTERED_AS' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.registered_person
-- The registered person of a match.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Match)
MATCH (n)-[:REGISTERED_AS]->(h:Person)
RETURN n.id AS a, 'Match' AS from_label, 'REGISTERED_AS' AS rel, h.id AS b, 'Person' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.counted
-- Which unnamed people the needs are of.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:Need)
MATCH (h:Headcount)-[:NEEDS]->(n)
RETURN h.id AS a, 'Headcount' AS from_label, 'NEEDS' AS rel, n.id AS b, 'Need' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_winterentry
-- What proves a finding: WinterEntry.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:WinterEntry)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'WinterEntry' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_wintervisit
-- What proves a finding: WinterVisit.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:WinterVisit)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'WinterVisit' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_bankaccount
-- What proves a finding: BankAccount.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:BankAccount)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'BankAccount' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_cadretie
-- What proves a finding: CadreTie.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:CadreTie)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'CadreTie' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_rebuildcase
-- What proves a finding: RebuildCase.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:RebuildCase)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'RebuildCase' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.by_povertywatch
-- What proves a finding: PovertyWatch.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:PovertyWatch)
RETURN f.id AS a, 'Finding' AS from_label, 'PROVED_BY' AS rel, n.id AS b, 'PovertyWatch' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.entries_of
-- Whom the winter entries are of.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:WinterEntry)
MATCH (n)-[:ENTRY_OF]->(h:Household)
RETURN n.id AS a, 'WinterEntry' AS from_label, 'ENTRY_OF' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.visits
-- Whom the visits are to.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:WinterVisit)
MATCH (n)-[:VISIT_TO]->(h:Household)
RETURN n.id AS a, 'WinterVisit' AS from_label, 'VISIT_TO' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.accounts
-- Whose the accounts are.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:BankAccount)
MATCH (n)-[:ACCOUNT_OF]->(h:Household)
RETURN n.id AS a, 'BankAccount' AS from_label, 'ACCOUNT_OF' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.kin
-- Which households a cadre is tied to.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:CadreTie)
MATCH (n)-[:TIED_TO]->(h:Household)
RETURN n.id AS a, 'CadreTie' AS from_label, 'TIED_TO' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.rebuilds
-- For whom is rebuilt.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:RebuildCase)
MATCH (n)-[:REBUILDS_FOR]->(h:Household)
RETURN n.id AS a, 'RebuildCase' AS from_label, 'REBUILDS_FOR' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit

-- name: paths.watches
-- Who is watched.
MATCH (f:Finding {id: $finding})-[:PROVED_BY]->(n:PovertyWatch)
MATCH (n)-[:WATCHES]->(h:Household)
RETURN n.id AS a, 'PovertyWatch' AS from_label, 'WATCHES' AS rel, h.id AS b, 'Household' AS to_label
ORDER BY a, b
LIMIT $limit
