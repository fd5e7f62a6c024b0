package main

import (
	"fmt"

	"github.com/google/shlex"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
)

// runtimeOptions are a project's `runtime.options`. The names and defaults are those of the official host:
// https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options
type runtimeOptions struct {
	// typescript makes the SDK load ts-node. True by default; set it to false if Node strips the types itself.
	typescript bool
	// tsconfig is the path of the tsconfig.json for ts-node.
	tsconfig string
	// nodeArguments are passed to node before the program.
	nodeArguments  []string
	packageManager npm.PackageManagerType
	// production excludes devDependencies when dependencies are installed.
	production bool
}

func parseRuntimeOptions(options *structpb.Struct) (runtimeOptions, error) {
	values := options.AsMap()
	nodeargs, packageManager := "", "auto"
	parsed := runtimeOptions{typescript: true}
	for _, err := range []error{
		readOption(values, "typescript", &parsed.typescript),
		readOption(values, "tsconfig", &parsed.tsconfig),
		readOption(values, "nodeargs", &nodeargs),
		readOption(values, "packagemanager", &packageManager),
		readOption(values, "production", &parsed.production),
	} {
		if err != nil {
			return parsed, err
		}
	}

	arguments, err := shlex.Split(nodeargs)
	if err != nil {
		return parsed, fmt.Errorf("the runtime option nodeargs %q is not a list of arguments: %w", nodeargs, err)
	}
	parsed.nodeArguments = arguments

	switch manager := npm.PackageManagerType(packageManager); manager {
	case npm.AutoPackageManager, npm.NpmPackageManager, npm.YarnPackageManager,
		npm.PnpmPackageManager, npm.BunPackageManager:
		parsed.packageManager = manager
	default:
		return parsed, fmt.Errorf(
			"the runtime option packagemanager is %q, and must be one of auto, npm, yarn, pnpm, bun", packageManager)
	}
	return parsed, nil
}

// readOption puts the option's value into target, and leaves target as it is when the project does not set the option.
func readOption[T any](values map[string]any, name string, target *T) error {
	value, set := values[name]
	if !set {
		return nil
	}
	typed, fits := value.(T)
	if !fits {
		return fmt.Errorf("the runtime option %s is %v, and must be a %T", name, value, *target)
	}
	*target = typed
	return nil
}
