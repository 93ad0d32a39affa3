"""A server to measure, and clients that measure it."""
