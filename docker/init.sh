#!/bin/bash
# Make the database, install or update the add-ons, and give the agent its key. Safe to repeat.
set -euo pipefail

state=/var/lib/ai-close
uid=10001 # the agent's user, see agent.Dockerfile
here=/usr/local/lib/ai-close
modules=ai_close

as_odoo() { runuser -u odoo -- "$@"; }

chown odoo: /var/lib/odoo
as_odoo /entrypoint.sh odoo --database "$AI_CLOSE_DATABASE" --init "$modules" --update "$modules" \
    --stop-after-init --no-http

install -d -m 0700 -o "$uid" -g "$uid" "$state" "$state/state"
if [ ! -s "$state/agent.key" ]; then
    umask 077
    marked=$(as_odoo /entrypoint.sh odoo shell --database "$AI_CLOSE_DATABASE" --no-http \
        --log-level=warn <"$here/init_agent.py")
    key=$(printf '%s\n' "$marked" | sed -n 's/^AGENT-KEY //p')
    test -n "$key"
    printf '%s\n' "$key" >"$state/agent.key.new"
    mv "$state/agent.key.new" "$state/agent.key"
fi
if [ -s /run/secrets/llm_key ]; then
    install -m 0600 /run/secrets/llm_key "$state/llm.key"
fi
chown -R "$uid:$uid" "$state"
