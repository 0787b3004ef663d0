"""Files of any format -> immutable text and its outline."""
