package main

import (
	"os/exec"
	"syscall"
)

// endWithParent has the kernel kill the command when this host dies, even by SIGKILL.
func endWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
