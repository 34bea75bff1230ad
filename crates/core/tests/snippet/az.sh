#!/bin/bash
# A stand-in for the Azure CLI: writes down what it was asked, and answers from the files beside it.
here=$(dirname "$0")
count=$(find "$here/calls" -type f | wc -l)
printf '%s\0' "$@" > "$here/calls/$(printf '%04d' "$count")"

option() {
  wanted=$1
  shift
  while [ $# -gt 1 ]; do
    if [ "$1" = "$wanted" ]; then printf '%s' "$2"; return; fi
    shift
  done
}

fail() { printf '%s\n' "$1" >&2; exit 1; }

# Fails with the next line of a file, as long as it has one.
next_failure() {
  if [ -s "$here/$1" ]; then
    line=$(head -n 1 "$here/$1")
    sed -i 1d "$here/$1"
    fail "$line"
  fi
}

case "$1 $2 $3" in
  'account show '*)
    [ -f "$here/tenant" ] || fail 'Please run az login to setup account.'
    cat "$here/tenant" ;;
  'ad sp list')
    next_failure look-up-failures
    [ ! -f "$here/principal" ] || cat "$here/principal" ;;
  'ad sp create')
    next_failure principal-failures
    echo 'C0FFEE00-0000-4000-8000-000000000001' | tee "$here/principal" ;;
  'role assignment list')
    next_failure list-failures
    [ -f "$here/hidden" ] || cat "$here/assignments" ;;
  'role assignment create')
    name=$(option --name "$@")
    role=$(option --role "$@")
    next_failure "failures-$role"
    if grep -q "^$name" "$here/assignments"; then
      fail '(RoleAssignmentUpdateNotPermitted) Tenant ID, application ID, principal ID, and scope are not allowed to be updated.'
    fi
    principal=$(option --assignee-object-id "$@")
    printf '%s\t%s\t/providers/Microsoft.Authorization/roleDefinitions/%s\n' "$name" "$principal" "$role" >> "$here/assignments" ;;
  'role assignment delete')
    id=$(option --ids "$@")
    next_failure delete-failures
    grep -q "^${id##*/}" "$here/assignments" || fail 'not found'
    sed -i "/^${id##*/}/d" "$here/assignments" ;;
  *)
    fail "unexpected: $*" ;;
esac
