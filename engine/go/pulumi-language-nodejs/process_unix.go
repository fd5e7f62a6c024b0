//go:build !windows

package main

import "syscall"

// endProcessGroup kills this host and every process that it started. The engine makes each plugin the leader of a group;
// a host that leads no group was started in another way and kills only itself.
func endProcessGroup() {
	if syscall.Getpgrp() == syscall.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
}
