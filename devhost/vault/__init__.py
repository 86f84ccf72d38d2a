"""A double of Azure Key Vault's secrets, so that the real client library runs on a laptop; never deployed."""
