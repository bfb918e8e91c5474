package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/open-policy-agent/opa/v1/util"
)

// convert writes all YAML cases below a folder of OPA's source as one file.
func convert(args []string) error {
	cases := []any{}
	err := filepath.WalkDir(args[0], func(path string, d fs.DirEntry,
		err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var file struct {
			Cases []any `json:"cases"`
		}
		if err := util.Unmarshal(text, &file); err != nil {
			return err
		}
		cases = append(cases, file.Cases...)
		return nil
	})
	if err != nil {
		return err
	}
	out, err := marshal(cases)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], out, 0o666)
}
