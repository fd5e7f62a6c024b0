package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// packageManifest holds the properties of a package.json that the host reads.
type packageManifest struct {
	Name    string                  `json:"name"`
	Version string                  `json:"version"`
	Pulumi  plugin.PulumiPluginJSON `json:"pulumi"`
}

// GetRequiredPackages lists the providers whose SDKs are installed below the program's folder, for the engine to fetch
// their plugins in advance. A package that cannot be read is skipped: the engine also fetches plugins on first use.
func (host *languageHost) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	search := packageSearch{visited: map[string]bool{}}
	search.folder(request.GetInfo().GetProgramDirectory())
	return &pulumirpc.GetRequiredPackagesResponse{Packages: search.found}, nil
}

// packageSearch walks a program's folders. A package is directly in a node_modules folder, or one level down in a
// scope; a package.json is read only there, so that the sources of packages are not walked.
type packageSearch struct {
	visited map[string]bool
	found   []*pulumirpc.PackageDependency
}

// folder walks a folder of the program itself.
func (search *packageSearch) folder(path string) {
	for _, child := range search.children(path) {
		if filepath.Base(child) == "node_modules" {
			search.nodeModules(child)
		} else if !isPolicyPack(child) {
			search.folder(child)
		}
	}
}

func (search *packageSearch) nodeModules(path string) {
	for _, child := range search.children(path) {
		switch name := filepath.Base(child); {
		case strings.HasPrefix(name, "@"):
			search.nodeModules(child)
		case strings.HasPrefix(name, "."):
			// pnpm keeps every package in node_modules/.pnpm/<id>/node_modules.
			search.folder(child)
		default:
			search.installedPackage(child)
		}
	}
}

func (search *packageSearch) installedPackage(path string) {
	if content, err := os.ReadFile(filepath.Join(path, "package.json")); err == nil {
		dependency, err := requiredPackage(content)
		if err != nil {
			logging.V(3).Infof("%s: %v", path, err)
		} else if dependency != nil {
			search.found = append(search.found, dependency)
		}
	}
	nested := filepath.Join(path, "node_modules")
	if stat, err := os.Stat(nested); err == nil && stat.IsDir() {
		search.nodeModules(nested)
	}
}

// children lists the folders in a folder, links resolved, each real folder once.
func (search *packageSearch) children(path string) []string {
	entries, err := os.ReadDir(path)
	if err != nil {
		logging.V(3).Infof("reading %s: %v", path, err)
		return nil
	}
	var children []string
	for _, entry := range entries {
		child := filepath.Join(path, entry.Name())
		// The entry of a link, or of a junction on Windows, does not describe its target.
		if !entry.IsDir() && entry.Type().IsRegular() {
			continue
		}
		real, err := filepath.EvalSymlinks(child)
		if err != nil || search.visited[real] {
			continue
		}
		if stat, err := os.Stat(real); err != nil || !stat.IsDir() {
			continue
		}
		search.visited[real] = true
		children = append(children, child)
	}
	return children
}

// isPolicyPack reports whether the folder is a policy pack, whose packages do not belong to the program.
func isPolicyPack(path string) bool {
	for _, name := range []string{"PulumiPolicy.yaml", "PulumiPolicy.yml", "PulumiPolicy.json"} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return true
		}
	}
	return false
}

// requiredPackage is the provider that a package.json declares, or nil when it declares none.
func requiredPackage(content []byte) (*pulumirpc.PackageDependency, error) {
	var manifest packageManifest
	if err := json.Unmarshal(content, &manifest); err != nil {
		return nil, fmt.Errorf("its package.json cannot be read: %w", err)
	}
	if !manifest.Pulumi.Resource {
		return nil, nil
	}
	name := manifest.Pulumi.Name
	if name == "" {
		short, ours := strings.CutPrefix(manifest.Name, "@pulumi/")
		if !ours {
			return nil, errors.New("its package.json declares a provider without `pulumi.name`")
		}
		name = short
	}
	version := manifest.Pulumi.Version
	if version == "" {
		version = manifest.Version
	}
	if version == "" {
		return nil, errors.New("its package.json declares a provider without a version")
	}
	return &pulumirpc.PackageDependency{
		Name:             name,
		Kind:             "resource",
		Version:          "v" + strings.TrimPrefix(version, "v"),
		Server:           manifest.Pulumi.Server,
		Parameterization: parameterization(manifest.Pulumi.Parameterization),
		Extension:        parameterization(manifest.Pulumi.ExtensionParameterization),
	}, nil
}

func parameterization(declared *plugin.PulumiParameterizationJSON) *pulumirpc.PackageParameterization {
	if declared == nil {
		return nil
	}
	return &pulumirpc.PackageParameterization{Name: declared.Name, Version: declared.Version, Value: declared.Value}
}
