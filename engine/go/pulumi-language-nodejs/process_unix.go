//go:build !windows

package main

import "syscall"

// endProcessGroup kills this host and all that it started. The engine makes each of its plugins the leader of a group;
// a host that leads none was started in some other way, and kills only what it is itself.
func endProcessGroup() {
	if syscall.Getpgrp() == syscall.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
}
