package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// InstallDependencies runs the package manager at the program's workspace root.
func (host *languageHost) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	options, err := parseRuntimeOptions(request.GetInfo().GetOptions())
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, request.GetIsTerminal())
	if err != nil {
		return err
	}
	// Closed again below, where its error is checked.
	defer closer.Close()

	root := request.GetInfo().GetProgramDirectory()
	if workspace, err := npm.FindWorkspaceRoot(root); err == nil {
		root = workspace
	} else if !errors.Is(err, npm.ErrNotInWorkspace) {
		return fmt.Errorf("could not look for the workspace of %s: %w", root, err)
	}
	fmt.Fprintf(stdout, "Installing dependencies in %s\n\n", root)
	manager, err := npm.Install(server.Context(), options.packageManager, root, options.production, stdout, stderr)
	if err != nil {
		return fmt.Errorf("%s install failed in %s: %w", manager, root, err)
	}
	return closer.Close()
}

// GetProgramDependencies lists the npm packages that the program's lock file names.
func (host *languageHost) GetProgramDependencies(
	ctx context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	manager, err := packageManager(request.GetInfo())
	if err != nil {
		return nil, err
	}
	packages, err := manager.ListPackages(
		ctx, request.GetInfo().GetProgramDirectory(), request.GetTransitiveDependencies())
	if err != nil {
		return nil, err
	}
	dependencies := make([]*pulumirpc.DependencyInfo, 0, len(packages))
	for _, found := range packages {
		dependencies = append(dependencies, &pulumirpc.DependencyInfo{Name: found.Name, Version: found.Version})
	}
	return &pulumirpc.GetProgramDependenciesResponse{Dependencies: dependencies}, nil
}

// About reports which Node runs the programs.
func (host *languageHost) About(
	ctx context.Context, request *pulumirpc.AboutRequest,
) (*pulumirpc.AboutResponse, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("could not find node on PATH: %w", err)
	}
	version, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("could not ask %s for its version: %w", node, err)
	}
	manager, err := packageManager(request.GetInfo())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{
		Executable: node,
		Version:    strings.TrimSpace(string(version)),
		Metadata:   map[string]string{"packagemanager": manager.Name(), "languagehost": "built by Polygate"},
	}, nil
}

func packageManager(info *pulumirpc.ProgramInfo) (npm.PackageManager, error) {
	options, err := parseRuntimeOptions(info.GetOptions())
	if err != nil {
		return nil, err
	}
	return npm.ResolvePackageManager(options.packageManager, info.GetProgramDirectory())
}
