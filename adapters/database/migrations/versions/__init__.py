"""One step a file, in order; a released step is never changed."""
