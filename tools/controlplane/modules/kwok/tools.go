//go:build tools

// What is built from this module; it keeps go.mod complete.
package tools

import _ "sigs.k8s.io/kwok/cmd/kwok"
