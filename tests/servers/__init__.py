"""Local servers that speak a platform's own protocol, for its unmodified clients."""
