"""The audits, pure: omission, bundling, fairness over columns."""
