package main

import (
	"os/exec"
	"syscall"
)

// endWithParent makes the kernel kill the command when this host dies, even by SIGKILL.
func endWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
