//go:build tools

// What is built from this module; it keeps go.mod complete.
package tools

import _ "go.etcd.io/etcd/server/v3"
