"""Everything the coach says: facts in, messages out; no other module words it."""
