"""The names of the formats, which are the extensions of files too, without the modules that write them."""

FORMATS = ("csv", "tsv", "json", "jsonl", "md", "npy", "parquet")
