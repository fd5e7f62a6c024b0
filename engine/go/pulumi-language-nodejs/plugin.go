package main

import (
	"errors"
	"fmt"
	"os/exec"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// RunPlugin runs a provider that is itself written for Node, such as a package of components.
func (host *languageHost) RunPlugin(
	request *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	if request.GetKind() == string(apitype.AnalyzerPlugin) {
		return status.Error(codes.Unimplemented, "a policy pack needs the official Node language host, and this one was "+
			"built by Polygate to run programs and providers: install Pulumi from https://www.pulumi.com/docs/install/")
	}
	info := request.GetInfo()
	options, err := parseRuntimeOptions(info.GetOptions())
	if err != nil {
		return err
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return fmt.Errorf("could not find node on PATH, and the plugin needs it: %w", err)
	}
	entry, err := locateModule(server.Context(), "@pulumi/pulumi/cmd/run-plugin", info.GetProgramDirectory(), node)
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	// Closed again below, where its error is checked.
	defer closer.Close()

	arguments := append(options.nodeArguments, entry, info.GetProgramDirectory())
	arguments = append(arguments, request.GetArgs()...)
	ctx, cancel := host.runContext(server.Context())
	defer cancel()
	command := nodeCommand(ctx, node, arguments)
	command.Dir = request.GetPwd()
	command.Env = append(request.GetEnv(), typescriptEnvironment(options)...)
	command.Stdout, command.Stderr = stdout, stderr
	if err := runLocked(command); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return fmt.Errorf("the plugin %s ended: %s", request.GetName(), exit)
		}
		return fmt.Errorf("could not run the plugin %s: %w", request.GetName(), err)
	}
	return closer.Close()
}
