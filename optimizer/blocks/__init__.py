"""The class model above ~50,000 columns: blocks by item under a few coupling rows."""
