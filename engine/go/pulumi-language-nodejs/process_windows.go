package main

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
)

// endProcessGroup kills what this host started; the caller ends the host itself.
func endProcessGroup() {
	_ = cmdutil.KillChildren(os.Getpid())
}
