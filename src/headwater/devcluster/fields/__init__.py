"""Who owns which field of an object: `metadata.managedFields`, kept at every write, and server-side apply on top."""
