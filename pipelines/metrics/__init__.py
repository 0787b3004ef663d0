"""What runs did, in numbers: `measure` counts, `history` keeps."""
