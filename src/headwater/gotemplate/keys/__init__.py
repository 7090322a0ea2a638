"""Keys and certificates: PEM, X.509 and PKCS#12 as Go reads and writes them."""
