"""The revisions, oldest first: what a released one does never changes."""
