"""The lake: Parquet files by partition, what is known of them, and the stages that write them."""
