package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// programRunner is the SDK's entry point for programs; the SDK's own tests replace it.
func programRunner() string {
	if path := os.Getenv("PULUMI_LANGUAGE_NODEJS_RUN_PATH"); path != "" {
		return path
	}
	return "@pulumi/pulumi/cmd/run"
}

// locateModule finds the file that `require(module)` would load in the program's folder.
//
// The ordinary folder is tried first, which saves a start of Node at every run; everything else that Node can resolve
// (Plug'n'Play, NODE_PATH, an absolute path) is left to Node.
func locateModule(ctx context.Context, module, directory, node string) (string, error) {
	if !filepath.IsAbs(module) {
		for folder := directory; ; folder = filepath.Dir(folder) {
			candidate := filepath.Join(folder, "node_modules", filepath.FromSlash(module), "index.js")
			if found, err := os.Stat(candidate); err == nil && found.Mode().IsRegular() {
				return candidate, nil
			}
			if folder == filepath.Dir(folder) {
				break
			}
		}
	}

	command := exec.CommandContext(ctx, node, "-p", "require.resolve(process.argv[1])", module)
	command.Dir = directory
	output, err := command.Output()
	if err == nil {
		return strings.TrimSpace(string(output)), nil
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && strings.Contains(string(exit.Stderr), "MODULE_NOT_FOUND") {
		return "", fmt.Errorf("the Pulumi SDK (@pulumi/pulumi) is not installed where %s can load it: "+
			"run `npm install`, or `pulumi install`, there", directory)
	}
	return "", fmt.Errorf("could not look for %s in %s: %w", module, directory, err)
}
