package main

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
)

// endProcessGroup kills the processes that this host started; the caller ends the host.
func endProcessGroup() {
	_ = cmdutil.KillChildren(os.Getpid())
}
