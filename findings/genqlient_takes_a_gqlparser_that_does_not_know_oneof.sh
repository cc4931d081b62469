#!/usr/bin/env bash
# github.com/Khan/genqlient v0.8.1, github.com/vektah/gqlparser/v2 v2.5.19 and v2.5.27, Go 1.26.
#
# @oneOf is a built-in directive of GraphQL since September 2025, so that printed schemas use it without a definition.
# Go's modules choose the lowest version that satisfies all: with genqlient v0.8.1 alone, its latest release, that is a
# gqlparser of 2024, which has no @oneOf, and every schema with such an input type is 'invalid'. A newer gqlparser,
# which nothing asks for, mends it: `go get github.com/vektah/gqlparser/v2@v2.5.27`. (x/tools is pinned because
# genqlient's own minimum of that, v0.24.0, does not compile with Go 1.26.)
#
# Source: gqlparser, validator/imported/prelude.graphql.
#
# Seen:
#   gqlparser v2.5.19: failed, Undefined directive oneOf.
#   gqlparser v2.5.27: wrote generated.go
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf 'module example.com/finding\n\ngo 1.26\n' >go.mod
printf 'input Pick @oneOf { a: Int b: Int }\ntype Query { n(pick: Pick): Int }\n' >schema.graphql
printf 'query N { n }\n' >operations.graphql
printf 'schema: schema.graphql\noperations: [operations.graphql]\ngenerated: generated.go\n' >genqlient.yaml
go get -tool github.com/Khan/genqlient@v0.8.1 2>/dev/null
go get golang.org/x/tools@v0.40.0 2>/dev/null
generate() {
  if go tool genqlient >log 2>&1; then
    echo "gqlparser $(version): wrote $(ls generated.go)"
  else
    echo "gqlparser $(version): failed, $(grep -o 'Undefined directive.*' log)"
  fi
}
version() {
  go list -m -f '{{.Version}}' github.com/vektah/gqlparser/v2
}
seen=$(generate)
go get github.com/vektah/gqlparser/v2@v2.5.27 2>/dev/null
seen="$seen
$(generate)"
echo "$seen"
[ "$seen" = 'gqlparser v2.5.19: failed, Undefined directive oneOf.
gqlparser v2.5.27: wrote generated.go' ]
