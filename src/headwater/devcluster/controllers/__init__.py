"""What keeps a cluster going by itself: each a plain function that reads what is and writes what is missing."""
