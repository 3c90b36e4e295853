"""Pure rules of coaching, one noun a file: values in, values and events out."""
