"""SecretStore and ClusterSecretStore: whether they work, said in their condition."""
