"""The names of the formats, which are the files' extensions too, and which start-up must not pay for."""

FORMATS = ("csv", "tsv", "json", "jsonl", "parquet")
