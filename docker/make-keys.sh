#!/bin/sh
# Make each password once; a second start finds them and changes nothing.
set -eu
cd /run/ai-close
for name in db_password admin_password; do
    if [ ! -s "$name" ]; then
        od -An -tx1 -N24 /dev/urandom | tr -d ' \n' >"$name.new"
        # Only the containers that mount this volume can see it; they run as different users.
        chmod 0444 "$name.new"
        mv "$name.new" "$name"
    fi
done
