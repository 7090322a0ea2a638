"""What objects may look like: one model for the schemas of built-in kinds and of CustomResourceDefinitions."""
