// Renders templates as oh-my-posh does: Go's text/template with the functions of sprig, `.Env.NAME`
// made a call (src/template/text.go there), and a `gt` and `lt` of its own (src/template/compare.go).
//
// stdin: {"templates": ["…"], "environments": [{"NAME": "value"}]}
// stdout: for each environment, the texts of all templates
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
)

var variable = regexp.MustCompile(`([ {(])\.Env\.([^ })]+)`)

// The left operand decides; anything but a number is greater than nothing.
func greater(left, right any) bool {
	value := reflect.ValueOf(left)
	if !value.CanInt() {
		return false
	}
	other := reflect.ValueOf(right)
	if !other.CanInt() {
		return value.Int() > 0
	}
	return value.Int() > other.Int()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var input struct {
		Templates    []string
		Environments []map[string]string
	}
	check(json.NewDecoder(os.Stdin).Decode(&input))
	functions := sprig.TxtFuncMap()
	functions["gt"] = greater
	functions["lt"] = func(left, right any) bool { return greater(right, left) }
	output := [][]string{}
	for _, environment := range input.Environments {
		texts := []string{}
		for _, text := range input.Templates {
			patched := variable.ReplaceAllString(text, `$1(call .Getenv "$2")`)
			parsed, err := template.New("").Funcs(functions).Parse(patched)
			check(err)
			var written strings.Builder
			check(parsed.Execute(&written, map[string]any{
				"Getenv": func(name string) string { return environment[name] },
			}))
			texts = append(texts, written.String())
		}
		output = append(output, texts)
	}
	check(json.NewEncoder(os.Stdout).Encode(output))
}
