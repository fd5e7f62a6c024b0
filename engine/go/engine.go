//go:build tools

// Package engine pins what Polygate builds on a machine that has no Pulumi engine and cannot download one: the engine's
// command line, published as a Go module, and the Node language host beside it, which is not published as one.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
