"""One noun a file: `row -> value` and `value -> row` are two small functions each."""
