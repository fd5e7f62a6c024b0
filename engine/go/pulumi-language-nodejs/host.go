package main

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// languageHost implements the LanguageRuntime service.
type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	// engineAddress is where the program reports to: host:port.
	engineAddress string
	tracing       string
	// ctx ends when the engine cancels, and ends every running program.
	ctx    context.Context
	cancel context.CancelFunc
}

func newLanguageHost(ctx context.Context, engineAddress, tracing string) *languageHost {
	ctx, cancel := context.WithCancel(ctx)
	return &languageHost{engineAddress: engineAddress, tracing: tracing, ctx: ctx, cancel: cancel}
}

// Handshake receives the engine's address when the engine attaches to a host that it did not start.
func (host *languageHost) Handshake(
	_ context.Context, request *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	host.engineAddress = request.GetEngineAddress()
	if err := rpcutil.Healthcheck(host.ctx, host.engineAddress, engineCheckInterval, host.cancel); err != nil {
		return nil, err
	}
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// Cancel stops every running program.
func (host *languageHost) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	host.cancel()
	return &emptypb.Empty{}, nil
}

// GetPluginInfo reports the version of the SDK that this host was built from.
func (host *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// RuntimeOptionsPrompts returns no questions: every option of this host has a default.
func (host *languageHost) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

// Template leaves a new project unchanged.
func (host *languageHost) Template(
	context.Context, *pulumirpc.TemplateRequest,
) (*pulumirpc.TemplateResponse, error) {
	return &pulumirpc.TemplateResponse{}, nil
}

// generatesNoCode returns an error with the alternative. This host runs programs; only the official host generates them.
func generatesNoCode(what string) error {
	return status.Errorf(codes.Unimplemented,
		"%s needs the official Node language host, and this one was built by Polygate to run programs: "+
			"install Pulumi from https://www.pulumi.com/docs/install/ and run the command again", what)
}

func (host *languageHost) GenerateProgram(
	context.Context, *pulumirpc.GenerateProgramRequest,
) (*pulumirpc.GenerateProgramResponse, error) {
	return nil, generatesNoCode("generating a program")
}

func (host *languageHost) GenerateProject(
	context.Context, *pulumirpc.GenerateProjectRequest,
) (*pulumirpc.GenerateProjectResponse, error) {
	return nil, generatesNoCode("generating a project")
}

func (host *languageHost) GeneratePackage(
	context.Context, *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	return nil, generatesNoCode("generating an SDK")
}

func (host *languageHost) Pack(context.Context, *pulumirpc.PackRequest) (*pulumirpc.PackResponse, error) {
	return nil, generatesNoCode("packing an SDK")
}

func (host *languageHost) Link(context.Context, *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	return nil, generatesNoCode("linking a package")
}
