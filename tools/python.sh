#!/bin/sh
# Prints the Python to build with: 3.11 or later, able to make virtual environments; best with C headers.
test='import os, sys, ensurepip, sysconfig
sys.exit(sys.version_info < (3, 11) or %s and not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
for headers in 1 0; do
    for python in /usr/bin/python3 python3; do
        # shellcheck disable=SC2059
        if "$python" -c "$(printf "$test" "$headers")" 2>/dev/null; then
            echo "$python"
            exit 0
        fi
    done
done
echo python3
