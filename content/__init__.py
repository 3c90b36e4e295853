"""Interview guides: data, schema and loader.  Imports nothing else of ours."""
