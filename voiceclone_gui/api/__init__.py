"""The HTTP contract: httpx and truststore live only here."""
