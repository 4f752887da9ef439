"""The ledger of a disaster: versions of reports, their clocks, totals beside what lies under them."""
