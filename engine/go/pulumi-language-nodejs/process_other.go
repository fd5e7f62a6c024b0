//go:build !linux

package main

import "os/exec"

// endWithParent does nothing: only Linux can tie a process to the death of its parent. The engine's own death is seen
// by endWithEngine on every platform.
func endWithParent(*exec.Cmd) {}
