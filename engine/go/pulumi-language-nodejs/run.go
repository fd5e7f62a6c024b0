package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	// exitedAfterReporting is the exit code of the SDK's `cmd/run` after it has shown the error to the user.
	exitedAfterReporting = 32
	// cancelGrace is how long a cancelled program may take to end after SIGINT before it is killed.
	cancelGrace = 5 * time.Second
)

// Run executes the program and reports its result.
func (host *languageHost) Run(
	ctx context.Context, request *pulumirpc.RunRequest,
) (*pulumirpc.RunResponse, error) {
	if host.engineAddress == "" {
		return nil, errors.New("no engine to report to: call Handshake before Run, or start this host with its address")
	}
	response, err := host.runProgram(ctx, request)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	return response, nil
}

func (host *languageHost) runProgram(
	ctx context.Context, request *pulumirpc.RunRequest,
) (*pulumirpc.RunResponse, error) {
	info := request.GetInfo()
	options, err := parseRuntimeOptions(info.GetOptions())
	if err != nil {
		return nil, err
	}
	if request.GetAttachDebugger() {
		return nil, errors.New("this language host, built by Polygate, attaches no debugger: " +
			"set the runtime option nodeargs to --inspect-brk, or install Pulumi's own")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("could not find node on PATH, and the program needs it: %w", err)
	}
	entry, err := locateModule(ctx, programRunner(), info.GetProgramDirectory(), node)
	if err != nil {
		return nil, err
	}
	environment, err := programEnvironment(request, options)
	if err != nil {
		return nil, err
	}

	arguments := append(options.nodeArguments, entry)
	arguments = append(arguments, host.programArguments(request)...)
	ctx, cancel := host.runContext(ctx)
	defer cancel()
	command := nodeCommand(ctx, node, arguments)
	command.Env = environment
	// A writer that is not an *os.File makes Go copy the output through a pipe. Node changes the blocking mode of the
	// descriptors it inherits, which would be this host's own.
	command.Stdout = struct{ io.Writer }{os.Stdout}
	command.Stderr = struct{ io.Writer }{os.Stderr}
	logging.V(5).Infof("running %s", command)
	return outcome(runLocked(command))
}

// runContext ends with the engine's call, with Cancel, and with the host.
func (host *languageHost) runContext(call context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(host.ctx)
	release := context.AfterFunc(call, cancel)
	return ctx, func() {
		release()
		cancel()
	}
}

// nodeCommand is a node process that receives SIGINT when ctx ends, and SIGKILL if it does not end then.
func nodeCommand(ctx context.Context, node string, arguments []string) *exec.Cmd {
	command := exec.CommandContext(ctx, node, arguments...)
	command.Cancel = func() error {
		if err := command.Process.Signal(os.Interrupt); err != nil {
			// Windows cannot deliver an interrupt to a single process.
			return command.Process.Kill()
		}
		return nil
	}
	command.WaitDelay = cancelGrace
	endWithParent(command)
	return command
}

// runLocked runs the command on a thread that lives as long as the command: Linux delivers the parent-death signal
// when the starting *thread* ends.
func runLocked(command *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return command.Run()
}

// outcome translates the end of the program's process into the engine's result.
func outcome(err error) (*pulumirpc.RunResponse, error) {
	if err == nil {
		return &pulumirpc.RunResponse{}, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return nil, fmt.Errorf("could not run the program: %w", err)
	}
	switch code := exit.ExitCode(); code {
	case exitedAfterReporting:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case -1:
		return nil, fmt.Errorf("the program was ended from outside: %s", exit)
	default:
		return nil, fmt.Errorf("the program exited with code %d", code)
	}
}

// programArguments is the command line that the SDK's `cmd/run` reads.
func (host *languageHost) programArguments(request *pulumirpc.RunRequest) []string {
	info := request.GetInfo()
	var arguments []string
	add := func(name, value string) {
		if value != "" {
			arguments = append(arguments, "--"+name, value)
		}
	}
	add("monitor", request.GetMonitorAddress())
	add("engine", host.engineAddress)
	add("organization", request.GetOrganization())
	add("project", request.GetProject())
	add("root-directory", info.GetRootDirectory())
	add("stack", request.GetStack())
	add("pwd", info.GetProgramDirectory())
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	add("parallel", strconv.Itoa(int(request.GetParallel())))
	add("tracing", host.tracing)
	arguments = append(arguments, info.GetEntryPoint())
	return append(arguments, request.GetArgs()...)
}

// programEnvironment is this host's environment, with the stack's configuration where the SDK looks for it.
func programEnvironment(request *pulumirpc.RunRequest, options runtimeOptions) ([]string, error) {
	// The SDK reads `namespace:config:name`, the form that its oldest supported versions know.
	values := make(map[string]string, len(request.GetConfig()))
	for key, value := range request.GetConfig() {
		parsed, err := config.ParseKey(key)
		if err != nil {
			return nil, fmt.Errorf("the configuration key %q cannot be read: %w", key, err)
		}
		values[parsed.Namespace()+":config:"+parsed.Name()] = value
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("the configuration cannot be written as JSON: %w", err)
	}
	secretKeys := request.GetConfigSecretKeys()
	if secretKeys == nil {
		secretKeys = []string{}
	}
	encodedSecretKeys, err := json.Marshal(secretKeys)
	if err != nil {
		return nil, fmt.Errorf("the configuration's secret keys cannot be written as JSON: %w", err)
	}

	environment := append(os.Environ(),
		"PULUMI_CONFIG="+string(encoded), "PULUMI_CONFIG_SECRET_KEYS="+string(encodedSecretKeys))
	return append(environment, typescriptEnvironment(options)...), nil
}

func typescriptEnvironment(options runtimeOptions) []string {
	var environment []string
	if options.typescript {
		environment = append(environment, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if options.tsconfig != "" {
		environment = append(environment, "PULUMI_NODEJS_TSCONFIG_PATH="+options.tsconfig)
	}
	return environment
}
