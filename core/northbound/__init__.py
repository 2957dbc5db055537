"""The contract between signalling and management: all of `core` that `oam` may import."""
