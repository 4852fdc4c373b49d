//go:build unix

package show

import (
	"fmt"
	"os"
	"syscall"
)

// identity says which file it is: the same for all who write to it.
func identity(file *os.File) string {
	info, err := file.Stat()
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
}
