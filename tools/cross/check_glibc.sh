#!/usr/bin/env bash
# Fails when a program or library for the board needs a symbol of a glibc newer than 2.27, that
# of the Atlas 200 DK's Ubuntu 18.04. Prints each version that is needed, and the newest symbols.
#
#   tools/cross/check_glibc.sh FILE...
set -euo pipefail
newest_allowed=2.27
[ $# -gt 0 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }

failed=0
for file in "$@"; do
    # The line of an undefined symbol ends in `name@GLIBC_2.17 (3)`. Without --wide the name may be
    # cut.
    symbols=$(readelf --wide --dyn-syms "$file" | sed -n 's/.* UND \([^@ ]*\)@\{1,2\}GLIBC_\([0-9.]*\).*/\2 \1/p')
    if [ -z "$symbols" ]; then
        echo "check_glibc.sh: $file names no symbol of glibc; is it a dynamic program?" >&2
        failed=1
        continue
    fi
    versions=$(cut -d' ' -f1 <<< "$symbols" | sort --version-sort --unique)
    newest=$(tail -n 1 <<< "$versions")
    echo "$file: glibc $(paste -sd' ' <<< "$versions")"
    awk -v version="$newest" '$1 == version { print "  " $1 ": " $2 }' <<< "$symbols" | sort -u
    if [ "$(printf '%s\n' "$newest_allowed" "$newest" | sort --version-sort | tail -n 1)" != "$newest_allowed" ]; then
        echo "check_glibc.sh: $file needs glibc $newest; the board has $newest_allowed" >&2
        failed=1
    fi
done
exit $failed
