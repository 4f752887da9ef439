"""The ledger of a disaster: reports, clocks, totals, notices, the field, the bereaved, the desk."""
