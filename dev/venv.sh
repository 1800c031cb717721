#!/bin/sh
# Run Python inside the checkout's environment, which is made or brought up to date first:
#   sh dev/venv.sh SET ARGUMENTS...      for example: sh dev/venv.sh local -m dev run
# Any Python that runs may start the bootstrap; a shim can be on PATH and still not run.
for python in .venv/bin/python python3 python3.13 python3.14 python3.12 /usr/bin/python3; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
        exec "$python" -m dev.bootstrap "$@"
    fi
done
echo "No python3 (3.8 or newer) was found on PATH. Install Python 3.12, 3.13 or 3.14 first." >&2
exit 1
