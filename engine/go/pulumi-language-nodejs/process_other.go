//go:build !linux

package main

import "os/exec"

// endWithParent does nothing: only Linux can tie a process to its parent's death. endWithEngine detects the engine's
// own death on every platform.
func endWithParent(*exec.Cmd) {}
